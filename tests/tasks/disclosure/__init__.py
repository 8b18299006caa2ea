"""Tests of the room that lets counts of children leave."""
