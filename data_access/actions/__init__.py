"""Actions on record: what people write, every step with its history, and the checks that the product runs."""
