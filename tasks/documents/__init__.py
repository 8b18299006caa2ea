"""Documents that agencies send for numbered items: how they come, what is owed, and who promised one."""
