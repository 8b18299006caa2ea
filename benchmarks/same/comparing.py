"""Compares what two trees made, file by file, and says of every difference of which kind it is and where it begins."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.same.masks import Mask, digest

_ARCHIVES = {".xlsx", ".ods", ".docx", ".odt"}
_BINARY = {".pdf", *_ARCHIVES}
_MASKED = {"stored", "portal", "ledger", "audit", "notice"}
"""Folders of a rehearsal's files; what the command line writes is compared without any mask."""
_SHOWN = 100


@dataclass(frozen=True)
class Difference:
    """One file that is not the same on both sides: its kind, its name and what differs first."""

    kind: str
    file: str
    what: str


@dataclass(frozen=True)
class Comparison:
    """How many files of each kind were compared, and every difference."""

    compared: dict[str, int]
    differences: list[Difference]

    def outside(self, allowed: frozenset[str]) -> list[Difference]:
        """Return the differences of kinds that may not differ."""
        return [item for item in self.differences if item.kind not in allowed]

    def to_dict(self, allowed: frozenset[str]) -> dict[str, Any]:
        """Return the comparison as JSON values."""
        return {
            "compared": self.compared,
            "differing": dict(Counter(item.kind for item in self.differences)),
            "allowed": sorted(allowed),
            "differences": [asdict(item) for item in self.differences],
        }


def files(folder: Path) -> dict[str, Path]:
    """Return the files below a folder by their names in it; the kind is the first part of a name."""
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent != folder
    }


def mask(folder: Path, address: str) -> Mask:
    """Return the mask of one side, which knows the digests of all files that are compared."""
    return Mask(address, {digest(path.read_bytes()): name for name, path in files(folder).items()})


def compare(before: Path, after: Path, masks: tuple[Mask, Mask], only: frozenset[str] = frozenset()) -> Comparison:
    """Compare all files of two folders, or those of some kinds."""
    left, right = files(before), files(after)
    compared: Counter[str] = Counter()
    differences: list[Difference] = []
    for name in sorted(left.keys() | right.keys()):
        kind = name.partition("/")[0]
        if only and kind not in only:
            continue
        compared[kind] += 1
        what = "; ".join(_differing(left.get(name), right.get(name), _masks_of(name, masks)))
        if what:
            differences.append(Difference(kind, name, what))
    return Comparison(dict(sorted(compared.items())), differences)


def _masks_of(name: str, masks: tuple[Mask, Mask]) -> tuple[Mask, Mask] | None:
    return masks if _MASKED & set(name.split("/")[:2]) else None


def _differing(left: Path | None, right: Path | None, masks: tuple[Mask, Mask] | None) -> Iterator[str]:
    """Yield what differs between two files; nothing where they are the same."""
    if left is None or right is None:
        yield "only after" if left is None else "only before"
        return
    pair = left.read_bytes(), right.read_bytes()
    if pair[0] == pair[1]:
        return
    suffix = left.suffix.lower()
    if suffix == ".parquet":
        yield _of_frames(*pair)
    elif suffix in _ARCHIVES and all(zipfile.is_zipfile(io.BytesIO(data)) for data in pair):
        yield from _of_archives(*pair, masks)
    else:
        yield from _of_bytes(*pair, masks, text=suffix not in _BINARY)


def _of_frames(left: bytes, right: bytes) -> str:
    frames = pl.read_parquet(io.BytesIO(left)), pl.read_parquet(io.BytesIO(right))
    if frames[0].schema != frames[1].schema:
        return f"columns {frames[0].columns} and {frames[1].columns}"
    if frames[0].equals(frames[1]):
        return "bytes alone; the content is the same"
    if frames[0].height != frames[1].height:
        return f"{frames[0].height} and {frames[1].height} rows"
    names = [name for name in frames[0].columns if not frames[0][name].equals(frames[1][name])]
    return f"content of {', '.join(names)}"


def _of_archives(left: bytes, right: bytes, masks: tuple[Mask, Mask] | None) -> Iterator[str]:
    """Yield the members that differ; a member that differs by what is masked alone does not count."""
    with zipfile.ZipFile(io.BytesIO(left)) as old, zipfile.ZipFile(io.BytesIO(right)) as new:
        names = old.namelist(), new.namelist()
        if names[0] != names[1]:
            yield f"members {sorted(set(names[0]) ^ set(names[1])) or 'in another order'}"
            return
        before = [_of_bytes(old.read(name), new.read(name), masks, text=True) for name in names[0]]
        differences = [f"{name}: {what}" for name, whats in zip(names[0], before, strict=True) for what in whats]
        dates = [info.date_time for info in old.infolist()] == [info.date_time for info in new.infolist()]
    yield from differences
    if not differences and (masks is None or not dates):
        yield "bytes of the archive alone"


def _of_bytes(left: bytes, right: bytes, masks: tuple[Mask, Mask] | None, *, text: bool) -> Iterator[str]:
    if left == right:
        return
    try:
        lines = [data.decode("utf-8").splitlines() for data in (left, right)] if text else None
    except UnicodeDecodeError:
        lines = None
    if lines is None:
        place = next(
            (n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right))
        )
        yield f"byte {place} of {len(left)} and {len(right)}"
        return
    if masks is not None:
        lines = [mask.text("\n".join(part)).splitlines() for mask, part in zip(masks, lines, strict=True)]
        if lines[0] == lines[1]:
            return
    yield _first_line(*lines)


def _first_line(left: list[str], right: list[str]) -> str:
    for number, (old, new) in enumerate(zip(left, right, strict=False), 1):
        if old != new:
            start = max(0, next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0) - 20)
            return f"line {number}: {old[start : start + _SHOWN]!r} and {new[start : start + _SHOWN]!r}"
    return f"{len(left)} and {len(right)} lines"
