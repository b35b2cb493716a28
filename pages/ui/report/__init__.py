"""What the pages of the report section are made of."""
