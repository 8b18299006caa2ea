"""Words of letters are checked."""
