"""Tests of the readers of what was collected."""
