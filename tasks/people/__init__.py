"""People and programs: notices to them, and the links and tokens by which they come in."""
