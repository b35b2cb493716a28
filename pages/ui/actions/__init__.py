"""Pieces of the pages of actions and of the quality group's week."""
