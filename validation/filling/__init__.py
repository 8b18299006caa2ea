"""Fills the returns of a theme from an extract that an agency has, and says what is filled and what is missing."""
