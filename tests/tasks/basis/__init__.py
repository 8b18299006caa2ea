"""Legal bases, and what holds a request until there is one."""
