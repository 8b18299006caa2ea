"""The ledger decides (L3): owed work, rows and their locks, moves, audit, outbox, counts, heartbeats."""
