"""What is shown, without any screen: imports neither streamlit nor plotly nor typst."""
