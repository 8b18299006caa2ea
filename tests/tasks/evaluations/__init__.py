"""Tests of tasks/evaluations."""
