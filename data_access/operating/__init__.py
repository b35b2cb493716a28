"""Operating: what the administrator of an installation watches, with nothing of any person or contact in it."""
