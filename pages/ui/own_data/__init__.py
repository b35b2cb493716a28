"""Pieces of the page where people bring data of their own."""
