"""Concerns on another inspectorate's remit: letters of one inspectorate to a named person of another."""
