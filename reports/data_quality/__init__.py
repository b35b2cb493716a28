"""The quality of the data in words and charts."""
