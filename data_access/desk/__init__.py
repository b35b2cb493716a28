"""What the complaints desk reads: cases with their events, open ones included, with rights and masking applied."""
