"""Meetings: planned ones about chosen children, who agrees to meet inspectors, and those with the area."""
