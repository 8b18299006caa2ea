"""Data protection of a theme: what is asked for and what uses it, and the papers that an officer needs."""
