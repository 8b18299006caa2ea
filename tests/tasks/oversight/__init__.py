"""Oversight of personal data."""
