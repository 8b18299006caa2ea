"""Pages of agencies: what is asked of them, what they sent, what became of it."""
