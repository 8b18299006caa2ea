"""Pages of the operator, and the answers to monitoring."""
