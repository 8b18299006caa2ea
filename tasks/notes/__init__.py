"""Inspectors' notes: append-only logs in the evidence store, a log for each person and browser, and their ledger."""
