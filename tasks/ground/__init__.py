"""What everything stands on: database, store, log, digests, tables, keys, files for a moment, and Prefect's HTTP API."""
