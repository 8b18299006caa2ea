"""Runs a contract's rules over tables, in a child process, and gathers every finding with its place."""
