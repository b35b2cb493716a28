"""Freezing what a page shows, and the list of what was frozen."""
