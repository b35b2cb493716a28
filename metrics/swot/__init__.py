"""The SWOT board of service quality: sentences that a number proves, in four quadrants."""
