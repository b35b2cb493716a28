"""Snapshots: what people froze, as it was."""
