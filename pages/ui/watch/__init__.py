"""Pieces of the pages that watch: what needs attention, control charts, alerts, the live floor, forecasts."""
