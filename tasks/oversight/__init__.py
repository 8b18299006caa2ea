"""Oversight of personal data: unusual reading, breaches and their deadlines, who opened an agency's data."""
