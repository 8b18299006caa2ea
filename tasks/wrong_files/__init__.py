"""Files that were sent in error: put aside in one step, then destroyed or released by two people."""
