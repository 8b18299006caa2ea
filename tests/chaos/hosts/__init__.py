"""Hosts that part: every part of the stack in a network of its own, behind a switch that loses, delays and doubles."""
