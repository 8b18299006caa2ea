"""Immediate concerns about a child: raised by an inspector, answered by the council and the police."""
