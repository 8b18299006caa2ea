"""Owed work: one file for each kind of `Owed`, and what the calendar asks for."""
