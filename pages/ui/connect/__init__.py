"""The Connect page: where the warehouse is, what its tables may be, and what a mapping comes to."""
