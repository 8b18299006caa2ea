"""Levels of findings, threads, and the reading of the quality assurer."""
