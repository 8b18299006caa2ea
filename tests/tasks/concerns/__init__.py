"""Tests of immediate concerns about a child."""
