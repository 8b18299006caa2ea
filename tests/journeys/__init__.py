"""Whole inspections, each person with nothing but their own notices: nothing in this room can make a way in."""
