"""Backups of ledger, evidence and wrapped keys as of one moment, and putting them back."""
