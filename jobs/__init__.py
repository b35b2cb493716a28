"""What runs without a person: `python -m jobs --help` lists it."""
