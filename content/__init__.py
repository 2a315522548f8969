"""What is shown, without any screen: the topics and what each of them holds.

Imports neither streamlit nor plotly nor typst. Pages (``dashboard``) and meeting sheets
(``report``) are drawn from it.
"""
