"""A year of the programme on a real ledger and store, in simulated time (`make bench-nation`)."""
