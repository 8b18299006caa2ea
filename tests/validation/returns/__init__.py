"""Tests of validation/returns."""
