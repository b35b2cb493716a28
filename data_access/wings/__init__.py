"""Reads that join contacts, reviews and complaints; each join sums up to its key first."""
