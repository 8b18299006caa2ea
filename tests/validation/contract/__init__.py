"""Tests of validation/contract."""
