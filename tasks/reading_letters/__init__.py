"""Reads published letters from their PDF: what they say and in which form, offline."""
