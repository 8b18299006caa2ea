"""What every public service says of itself: accessibility, privacy, cookies, help, contact and feedback."""
