"""Tests of validation/telling."""
