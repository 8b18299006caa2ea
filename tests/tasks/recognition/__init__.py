"""Tests of tasks.recognition."""
