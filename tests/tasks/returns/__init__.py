"""Tests of tasks/returns."""
