"""What every analysis found for a scope, as evidence for the SWOT board."""
