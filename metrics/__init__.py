"""Definitions and analyses: Polars and statsmodels, no I/O, no Streamlit, no clock."""
