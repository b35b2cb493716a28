"""The product's name and version, as exports and the About page print them."""

PRODUCT = "Twinwing"
VERSION = "0.1.0"  # the same as in pyproject.toml: a test compares them
