"""Actions and the quality group's week in words, charts and chapters."""
