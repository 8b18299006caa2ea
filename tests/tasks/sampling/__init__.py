"""Tests of tasks.sampling."""
