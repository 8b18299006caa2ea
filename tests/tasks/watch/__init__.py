"""Tests of tasks/watch."""
