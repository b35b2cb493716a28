"""Backups: one file with what cannot be made again, and the way back from it."""
