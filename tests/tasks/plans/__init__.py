"""Tests of plans that answer letters."""
