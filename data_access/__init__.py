"""SQL in, Polars frames out: the warehouse (read only), the roll-ups, the state store, imports."""
