"""Tables of the evidence store: a frame as Parquet, and back."""

import io

import polars as pl

from tasks.ground import store


def parquet(frame: pl.DataFrame) -> bytes:
    """Return a frame as Parquet."""
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd")
    return out.getvalue()


def table_at(key: str) -> pl.DataFrame:
    """Read a stored table.

    Raises:
        NotStoredError: there is none at the key.
    """
    return pl.read_parquet(io.BytesIO(store.get(key)))
