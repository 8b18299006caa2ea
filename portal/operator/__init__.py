"""Pages of the operator, and what monitoring reads."""
