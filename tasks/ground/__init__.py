"""What everything stands on: database, store, log, digests, tables, keys, scratch folders, and Prefect's HTTP API."""
