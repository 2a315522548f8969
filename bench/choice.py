"""An empty Streamlit app where one chooses instead of clicking: as many options as clusters."""

import streamlit as st

chosen = st.sidebar.selectbox("Område", [f"Område {number}" for number in range(1, 23)])
st.text(f"Run {chosen}")
