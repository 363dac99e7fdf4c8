"""Which places exist, under what, on any day."""
