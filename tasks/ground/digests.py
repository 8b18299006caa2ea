"""Canonical bytes and digests: the same value gives the same bytes on every machine (L4)."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from models.refusals import Refusal

if TYPE_CHECKING:
    # Every run digests bytes, few digest frames; polars starts threads, with which no run could be forked.
    import polars as pl


def canonical_json(value: Any) -> bytes:
    """Return `value` as UTF-8 JSON with sorted keys and no spaces; dates and other text-like values as text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()


def sha256(data: bytes) -> str:
    """Return the SHA-256 of `data` in hex."""
    return hashlib.sha256(data).hexdigest()


def sha256_of(chunks: Iterable[bytes]) -> str:
    """Return the SHA-256 in hex of bytes that come in chunks, and are never held together."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def keyed(key: str | bytes, text: str) -> str:
    """Return HMAC-SHA256 of `text` under `key` in hex."""
    raw = key.encode() if isinstance(key, str) else key
    return hmac.new(raw, text.encode(), hashlib.sha256).hexdigest()


# No escaped cell contains either, so no two different frames share a spelling.
_COLUMN_END = "\t"
_ITEM_END = "\x1f"
_NULL = "\\N"


class UnspellableColumnError(Refusal):
    """A column's type has no spelling that is the same on every machine."""

    def __init__(self, column: str, kind: str) -> None:
        super().__init__(f"Column {column} holds {kind}: a digest covers text, whole numbers, dates and yes/no only.")


def canonical_document(value: Mapping[str, object]) -> bytes:
    """Return `value` as UTF-8 JSON with sorted keys, no spare space and one newline at its end."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


def frame_digest(frame: "pl.DataFrame") -> str:
    r"""Return the SHA-256 (hex) of a frame's content: independent of row order, column order and library version.

    Each row is spelled as tab-separated cells in column-name order; rows are sorted; the header comes first. Nulls
    are `\\N`; tabs, newlines and backslashes are escaped; a list is its items, each followed by U+001F.

    Raises:
        UnspellableColumnError: a column of fractions, structs or bytes.
    """
    import polars as pl

    columns = sorted(frame.columns)
    if not columns:
        return hashlib.sha256(b"").hexdigest()
    cells = [_spelled(name, frame.schema[name]) for name in columns]
    lines = frame.select(pl.concat_str(cells, separator=_COLUMN_END).alias("line"))["line"].to_list()
    text = "\n".join([_COLUMN_END.join(columns), *sorted(lines)])
    return hashlib.sha256(text.encode()).hexdigest()


def _spelled(name: str, kind: "pl.DataType") -> "pl.Expr":
    import polars as pl

    cell = pl.col(name)
    if isinstance(kind, pl.List):
        inner = _text(name, pl.element(), kind.inner)
        items = cell.list.eval(pl.concat_str(inner.fill_null(_NULL), pl.lit(_ITEM_END)))
        return items.list.join("").fill_null(_NULL)
    return _text(name, cell, kind).fill_null(_NULL)


def _text(name: str, cell: "pl.Expr", kind: object) -> "pl.Expr":
    import polars as pl

    dtype = kind if isinstance(kind, pl.DataType) else pl.Null()
    if dtype == pl.Null:
        return cell.cast(pl.String)
    if dtype == pl.Boolean:
        return pl.when(cell).then(pl.lit("true")).when(~cell).then(pl.lit("false"))
    if dtype.is_integer():
        return cell.cast(pl.String)
    if dtype == pl.Date:
        return cell.dt.strftime("%Y-%m-%d")
    if isinstance(dtype, pl.Datetime):
        return cell.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f")
    if dtype == pl.String or isinstance(dtype, pl.Categorical | pl.Enum):
        escaped = cell.cast(pl.String).str.replace_all("\\", "\\\\", literal=True)
        escaped = escaped.str.replace_all("\t", "\\t", literal=True).str.replace_all("\n", "\\n", literal=True)
        return escaped.str.replace_all(_ITEM_END, "\\u", literal=True)
    raise UnspellableColumnError(name, str(dtype))
