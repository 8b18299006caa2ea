"""Tests of validation/across."""
