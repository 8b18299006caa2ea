"""Checks the words of a letter: against the norms of published letters, and quantifiers against their cases."""
