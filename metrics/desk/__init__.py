"""The complaints desk: clocks, escalation, repeats, causes and words of complaints, computed from cases."""
