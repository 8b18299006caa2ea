"""The gate before Prefect: people come in by their session and may read and start what their roles include."""
