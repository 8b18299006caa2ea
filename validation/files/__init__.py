"""What a file is before its rows are read."""
