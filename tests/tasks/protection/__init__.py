"""Tests of the papers for data protection."""
