"""Pieces of the pages about the data."""
