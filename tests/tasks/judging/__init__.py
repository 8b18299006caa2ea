"""Tests of tasks/judging."""
