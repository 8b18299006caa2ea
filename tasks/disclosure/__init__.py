"""Figures that give nobody away: counts of children leave through here, checked against all that left before."""
