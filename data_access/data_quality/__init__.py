"""The checks of the data, counted: what cannot be right, what came late, and how the tables changed."""
