"""`jtai encode` replaces names on the sender's own machine; the return is still accepted and linked."""

import base64
import json
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from click.testing import CliRunner, Result

from cli.main import group
from validation.contract.encoded import PREFIX, encoding_key

SECRET = b"the secret of the pseudonyms"


def _run(*words: str) -> Result:
    return CliRunner().invoke(group, list(words))


@pytest.mark.further
def test_a_return_without_names_is_written_checked_and_linked(synthetic: Path, tmp_path: Path) -> None:
    key, secret, folder = tmp_path / "names.key", tmp_path / "secret", tmp_path / "returns"
    key.write_bytes(base64.urlsafe_b64encode(encoding_key(SECRET)))
    secret.write_bytes(SECRET)
    folder.mkdir()
    out = folder / "POL-1.xlsx"
    source = next(path for path in synthetic.iterdir() if path.stem == "POL-1")
    done = _run("encode", str(source), "--return", "POL-1", "--key", str(key), "--out", str(out))
    assert done.exit_code == 0, done.output
    sheet = fastexcel.read_excel(out).load_sheet("POL-1", dtypes="string").to_polars()
    for name in ("forename", "surname"):
        assert sheet[name].drop_nulls().str.starts_with(PREFIX).all()
        assert sheet[name].drop_nulls().len() > 100
    assert sheet["mother_surname"].drop_nulls().is_empty()
    assert sheet["postcode"].drop_nulls().len() > 100
    council = next(path for path in synthetic.iterdir() if path.stem == "LA-DA")
    (folder / council.name).write_bytes(council.read_bytes())
    linked = _run(
        *("link", str(folder), "--theme", "domestic-abuse-2024", "--key-file", str(secret), "--json"),
        *("--out", str(tmp_path / "links.parquet")),
    )
    assert linked.exit_code == 0, linked.output
    assert json.loads(linked.output)["returns"].keys() == {"LA-DA", "POL-1"}
    links = pl.read_parquet(tmp_path / "links.parquet")
    both = links.group_by("child").agg(pl.col("return").n_unique()).filter(pl.col("return") == 2)
    assert both.height > 50


def test_what_is_wrong_is_said_in_a_sentence(tmp_path: Path, synthetic: Path) -> None:
    source = next(path for path in synthetic.iterdir() if path.stem == "POL-1")
    bad = tmp_path / "bad.key"
    bad.write_text("short")
    words = ("encode", str(source), "--return", "POL-1", "--key", str(bad), "--out", str(tmp_path / "o.xlsx"))
    assert "holds no key" in _run(*words).output
    good = tmp_path / "good.key"
    good.write_bytes(base64.urlsafe_b64encode(b"k" * 32))
    nobody = ("encode", str(source), "--return", "POL-3", "--key", str(good), "--out", str(tmp_path / "o.xlsx"))
    assert "names no child" in _run(*nobody).output
    assert _run("encode", str(source), "--return", "POL-1", "--key", str(good), "--out", "o.csv").exit_code == 2


def test_the_only_copy_with_names_is_not_written_over_and_nobody_else_reads_the_new_one(
    tmp_path: Path, synthetic: Path
) -> None:
    source, key = tmp_path / "PRO-1.xlsx", tmp_path / "names.xlsx"
    source.write_bytes(next(path for path in synthetic.iterdir() if path.stem == "PRO-1").read_bytes())
    key.write_bytes(base64.urlsafe_b64encode(b"k" * 32))
    before = source.read_bytes(), key.read_bytes()

    def encoded(out: Path) -> Result:
        return _run("encode", str(source), "--return", "PRO-1", "--key", str(key), "--out", str(out))

    for out in (source, key, tmp_path / ".." / tmp_path.name / source.name):
        assert encoded(out).exit_code == 2
        assert "Give the name of a new file" in encoded(out).output
    victim = tmp_path / "victim.txt"
    victim.write_text("of somebody else")
    (tmp_path / "link.xlsx").symlink_to(victim)
    assert "is a link" in encoded(tmp_path / "link.xlsx").output
    assert (source.read_bytes(), key.read_bytes(), victim.read_text()) == (*before, "of somebody else")
    out = tmp_path / "out.xlsx"
    # As an earlier one was left, open to all.
    out.write_text("old")
    out.chmod(0o644)
    assert encoded(out).exit_code == 0
    assert out.stat().st_mode & 0o777 == 0o600
