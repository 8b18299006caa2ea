"""Files that were sent in error: put aside, destroyed or released, and found again."""
