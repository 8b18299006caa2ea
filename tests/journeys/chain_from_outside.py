"""A second implementation of the audit chain, from its lines of JSON alone and with nothing of the product."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any


def entries_of(lines: Sequence[str]) -> list[dict[str, Any]]:
    """Return the entries of an exported chain, each of which follows the one before and was not changed since.

    Raises:
        ValueError: an entry is missing, does not follow or was changed; the text names it.
    """
    before, entries = "", []
    for number, line in enumerate(lines, start=1):
        entry = json.loads(line)
        content = [entry[name] for name in ("inspection", "number", "at", "actor", "action", "subject", "facts")]
        sealed = json.dumps([before, content], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if (entry["number"], entry["previous"]) != (number, before):
            raise ValueError(f"entry {number} does not follow")
        if hashlib.sha256(sealed.encode()).hexdigest() != entry["hash"]:
            raise ValueError(f"entry {number} was changed")
        before = entry["hash"]
        entries.append(entry)
    return entries
