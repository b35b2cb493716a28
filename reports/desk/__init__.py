"""Words and charts of the complaints desk."""
