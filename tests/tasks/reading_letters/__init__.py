"""Published letters are read from their PDF."""
