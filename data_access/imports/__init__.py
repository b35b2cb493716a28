"""A user's own CSV and XLSX files become the embedded warehouse."""
