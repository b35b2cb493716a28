"""What only the joined data say: quality monitoring and complaints held against each other."""
