"""How fast the product is, always beside another way of doing the same on the same machine at the same time."""
