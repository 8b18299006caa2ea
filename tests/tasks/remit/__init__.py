"""Concerns on another inspectorate's remit."""
