"""Tests of tasks.letters."""
