"""Tests of portal/agency."""
