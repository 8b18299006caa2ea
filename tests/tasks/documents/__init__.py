"""Tests of documents that agencies are asked for."""
