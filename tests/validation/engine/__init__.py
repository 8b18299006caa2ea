"""Tests of validation/engine."""
