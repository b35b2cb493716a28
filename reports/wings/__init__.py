"""Words and charts of the section *Two wings*."""
