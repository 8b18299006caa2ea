"""Tests, in the rooms of what they test; they talk to real parts."""
