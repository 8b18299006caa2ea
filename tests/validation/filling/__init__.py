"""Tests of validation/filling."""
