"""Tests of tasks/inspection."""
