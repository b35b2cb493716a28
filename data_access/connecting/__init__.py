"""A warehouse of the user's own: where it is, how its tables become the logical ones, and what is wrong with it."""
