"""What is done: object store, ledger, linkage, sampling, letters, notices. Pure functions first, I/O at the edge."""
