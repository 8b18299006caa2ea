"""Tests of meetings and consent."""
