"""Tests of what is public."""
