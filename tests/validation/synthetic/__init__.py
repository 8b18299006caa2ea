"""Tests of validation/synthetic."""
