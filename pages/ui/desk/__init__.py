"""Pieces of the pages of the complaints desk."""
