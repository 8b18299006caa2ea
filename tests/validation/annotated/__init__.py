"""Tests of validation/annotated."""
