"""Tests of the comparison with an earlier inspection."""
