"""Whether two commits give the same bytes: the same inputs through both, and every difference by kind."""
