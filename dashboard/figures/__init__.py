"""Figures: pure functions from a polars frame to a plotly figure, and the words that go with it.

Nothing here knows streamlit, the warehouse or the selection: a frame with the columns a function
names in its docstring goes in, a figure comes out, the same one on the page, in a sheet and in a
test.
"""
