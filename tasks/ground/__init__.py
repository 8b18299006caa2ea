"""What everything stands on: database, store, log, digests, tables, keys, passing files, and Prefect's HTTP API."""
