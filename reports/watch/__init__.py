"""What watching finds, in words and charts."""
