"""Where agencies and inspectors come in over the web."""
