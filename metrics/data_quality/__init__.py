"""Whether the data can be trusted: checks of the warehouse's rows, and what suffers where one fails."""
