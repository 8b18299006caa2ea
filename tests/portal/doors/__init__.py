"""Tests of portal/doors."""
