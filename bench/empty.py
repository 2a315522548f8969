"""An empty Streamlit app: what Streamlit itself costs. One click, one line of text."""

import streamlit as st

count = st.session_state.get("count", 0) + 1
st.session_state["count"] = count
st.button("Click", key="click")
st.text(f"Run {count}")
