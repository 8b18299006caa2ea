"""Tests of what the service says of itself."""
