"""Tests of the estimate of children in no list."""
