"""The search that is to find nothing finds what is planted in front of it, in whatever way it is written."""

import base64
import gzip
import io
import os
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import coolname.data
import polars as pl
import pytest

from tests.flows import canaries
from tests.searching import FRAGMENT, READS_ZSTANDARD, cores_under, files_since, plain, traces_in

NAMES, NUMBERS = {"quizzlebury", "zebulwyna"}, {"9434765919", "2019-03-15", "A123456789012", "CH000123", "RG1 2AB"}
TEXT = b'{"child": "Zebulwyna QUIZZLEBURY", "nhs": "943 476 5919", "upn": "A123456789012", "of": "CH000123"}'
PLACE = b" born 15/03/2019, RG1 2AB"
NOISE = bytes(range(256)) * 40


def zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", data)
    return out.getvalue()


def broken_up(data: bytes) -> bytes:
    """Return bytes as PostgreSQL's compression leaves what does not repeat: one byte before each eight."""
    return b"".join(b"\x00" + data[at : at + 8] for at in range(0, len(data), 8))


WAYS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": bytes,
    "UTF-16, little end first": lambda data: data.decode().encode("utf-16-le"),
    "UTF-16, big end first": lambda data: data.decode().encode("utf-16-be"),
    "base64": base64.b64encode,
    "base64 of an address": base64.urlsafe_b64encode,
    "base64 in lines": base64.encodebytes,
    "base64 that began a byte earlier": lambda data: base64.b64encode(b"x" + data),
    "hexadecimal": lambda data: data.hex().encode(),
    "HEXADECIMAL": lambda data: data.hex().upper().encode(),
    "in an address": lambda data: data.replace(b" ", b"%20"),
    "gzip": gzip.compress,
    "zip": zipped,
    "a stream of a PDF": lambda data: b"stream\r\n" + zlib.compress(data) + b"endstream",
    "base64 of gzip": lambda data: base64.b64encode(gzip.compress(data)),
    "a zip in a zip, in hexadecimal": lambda data: zipped(zipped(data)).hex().encode(),
    "UTF-16 in base64": lambda data: base64.b64encode(data.decode().encode("utf-16-le")),
}


@pytest.mark.parametrize("way", WAYS)
def test_all_values_are_found_however_they_are_written(way: str) -> None:
    assert traces_in(NOISE + WAYS[way](TEXT + PLACE) + NOISE, NAMES, NUMBERS) == NAMES | NUMBERS


@pytest.mark.skipif(not READS_ZSTANDARD, reason="no library here reads it")
def test_they_are_found_in_a_table_that_zstandard_made_smaller(tmp_path: Path) -> None:
    frame = pl.DataFrame({"forename": ["Zebulwyna"] * 300, "surname": ["Quizzlebury"] * 300})
    frame.write_parquet(tmp_path / "a.parquet", compression="zstd")
    data = (tmp_path / "a.parquet").read_bytes()
    # The statistics of a column hold its least and its greatest value: they would be enough.
    frame.write_parquet(tmp_path / "b.parquet", compression="zstd", statistics=False)
    assert traces_in(data, NAMES, NUMBERS) == traces_in((tmp_path / "b.parquet").read_bytes(), NAMES, ()) == NAMES


def test_a_name_is_found_where_a_database_broke_it_up_and_a_number_where_it_is_no_text() -> None:
    assert all(traces_in(broken_up(b"x" * at + TEXT), NAMES, ()) >= {"quizzlebury"} for at in range(8))
    packed = struct.pack("<q", 9434765919)
    assert all(traces_in(NOISE + b"x" * at + packed + b"y" * 3, NAMES, NUMBERS) == {"9434765919"} for at in range(8))
    assert traces_in(packed, NAMES, NUMBERS) == {"9434765919"}
    assert traces_in(packed[:7], NAMES, NUMBERS) == traces_in(b"", NAMES, NUMBERS) == set()


def test_other_values_are_none_of_them_and_a_part_of_a_longer_number_is_no_number() -> None:
    other = (
        b"Quentin Xavier, 943 476 5918, A123456789013, CH000124, born 16/03/2019, RG1 2AA, 19434765919, 0.9434765919"
    )
    assert traces_in(NOISE + other + gzip.compress(other), NAMES, NUMBERS) == set()
    assert [plain(text) for text in ("15/03/2019", "943-476-5919", "rg1%202ab")] == [
        "2019-03-15",
        "9434765919",
        "RG1 2AB",
    ]


def test_files_that_were_written_since_are_read_with_their_names_and_cores_are_told(tmp_path: Path) -> None:
    (tmp_path / "deep" / "own").mkdir(parents=True)
    for name, text in {
        "deep/Zebulwyna.log": "line",
        "deep/own/a": "b",
        "old": "c",
        "core.17": "d",
        "cores": "e",
    }.items():
        (tmp_path / name).write_text(text)
    os.utime(tmp_path / "old", (1, 1))
    read = dict(files_since([tmp_path, tmp_path / "nowhere"], time.time() - 600, {tmp_path / "deep" / "own"}))
    assert {path.name for path in read} == {"Zebulwyna.log", "core.17", "cores"}
    assert traces_in(read[tmp_path / "deep" / "Zebulwyna.log"], NAMES, NUMBERS) == {"zebulwyna"}
    assert cores_under([tmp_path], 0) == [tmp_path / "core.17"]


def test_no_part_of_a_planted_name_is_in_the_names_that_prefect_gives_to_runs() -> None:
    # A run was called `xanthic-bat` once, and that was taken for a child.
    words = str(vars(coolname.data)).lower()
    parts = {name[at : at + FRAGMENT] for name in canaries.NAMES for at in range(len(name) - FRAGMENT + 1)}
    assert not [part for part in parts if part in words]
