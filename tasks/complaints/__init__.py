"""Complaints about an inspection: recorded with their words in the store, and decided by two people."""
