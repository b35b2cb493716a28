"""Pieces of the SWOT board's page."""
