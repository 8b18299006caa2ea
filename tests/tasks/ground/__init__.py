"""Tests of tasks/ground."""
