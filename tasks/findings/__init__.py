"""Findings of inspectors: their words, their evidence, and the comments on their facts."""
