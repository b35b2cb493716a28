"""The quality report: of a day, a week, a month, a quarter or a year, in one document for screen, paper and files."""
