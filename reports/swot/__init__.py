"""The SWOT board in words: one plain sentence for each finding."""
