"""Warm starts: a small launcher asks a process that has already imported everything to fork and run the flow."""
