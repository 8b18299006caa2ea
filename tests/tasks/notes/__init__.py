"""Notes of inspectors: batches, logs and pens."""
