"""Findings and comments on the letter."""
