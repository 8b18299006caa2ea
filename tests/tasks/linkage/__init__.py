"""Tests of tasks.linkage."""
