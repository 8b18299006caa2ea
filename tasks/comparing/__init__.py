"""An area compared with its earlier inspection, in counts: for the team, as questions for people."""
