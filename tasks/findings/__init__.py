"""Findings of inspectors: their words and their evidence."""
