"""Complaints about an inspection."""
