"""All that is known of one statistic, and what changed lately."""
