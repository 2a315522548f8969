"""Readers without a browser: they speak Streamlit's own protocol, and check what they are told."""
