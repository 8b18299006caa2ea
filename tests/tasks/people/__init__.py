"""Tests of tasks/people."""
