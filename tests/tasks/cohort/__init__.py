"""Tests of tasks.cohort."""
