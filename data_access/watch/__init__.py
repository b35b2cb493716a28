"""Watching: process control, alerts, the live floor and forecasts, read with rights and masking."""
