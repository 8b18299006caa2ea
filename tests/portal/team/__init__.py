"""Tests of portal/team."""
