"""Tests of validation/files."""
