"""Tests of portal/operator."""
