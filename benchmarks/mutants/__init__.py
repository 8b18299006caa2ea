"""Mutation testing of the rules: `python -m benchmarks.mutants` breaks each and sees who notices."""
