"""Tests of the pages that concern a person and not one inspection."""
