"""Streamlit pieces that pages share: never a page."""
