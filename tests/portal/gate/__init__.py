"""Tests of the gate before Prefect."""
