"""Pieces of the pages of the section *Two wings*."""
