"""Figures that give nobody away: every count of children that leaves goes through here, against all that left before."""
