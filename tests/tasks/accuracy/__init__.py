"""The check of facts."""
