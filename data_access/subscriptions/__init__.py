"""Reports that people get by themselves: what a report holds, who gets which, and what has been sent."""
