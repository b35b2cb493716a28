"""Alert rules and when they fire: declarations and judgements, without a clock."""
