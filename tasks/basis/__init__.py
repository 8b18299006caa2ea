"""On which legal basis each agency is asked for data, and what holds a request until there is one."""
