"""Tests of tasks/jobs."""
