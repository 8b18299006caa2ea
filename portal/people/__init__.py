"""What concerns a person and not one inspection: their home, their sessions, and the pages of people."""
