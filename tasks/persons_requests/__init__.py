"""Requests of people about data on them: recorded with their month, sought over all returns, answered."""
