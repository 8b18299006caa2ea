"""What was collected, opened by those for whom it was collected; each opening is in the audit (L12)."""
