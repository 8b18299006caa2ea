"""The certificate of the store's parts: made once, kept while it holds, made anew where anything about it is wrong."""

import stat
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from deployments import certificates

pytestmark = pytest.mark.pure
_NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def _secured(tmp_path: Path, now: datetime = _NOW) -> dict[str, bytes]:
    (tmp_path / "s3").mkdir(parents=True, exist_ok=True)
    certificates.secure(tmp_path / "made", tmp_path / "s3", now)
    return {path.name: path.read_bytes() for path in (tmp_path / "made").iterdir()}


def test_a_certificate_that_holds_is_kept(tmp_path: Path) -> None:
    assert _secured(tmp_path) == _secured(tmp_path, _NOW + timedelta(days=300))


def test_it_is_made_anew_long_before_it_ends(tmp_path: Path) -> None:
    first = _secured(tmp_path)
    later = _NOW + timedelta(days=certificates.DAYS - certificates.RENEWED_DAYS + 1)
    second = _secured(tmp_path, later)
    assert not set(first.values()) & set(second.values())
    mine = x509.load_pem_x509_certificate(second["store.crt"])
    assert mine.not_valid_after_utc == later + timedelta(days=certificates.DAYS)


@pytest.mark.parametrize("name", ["ca.crt", "store.crt", "store.key"])
def test_one_that_is_damaged_or_of_another_making_is_made_anew(tmp_path: Path, name: str) -> None:
    first = _secured(tmp_path)
    for other in (b"", b"-----BEGIN CERTIFICATE-----\n", None, _secured(tmp_path / "other")[name]):
        path = tmp_path / "made" / name
        path.unlink() if other is None else path.write_bytes(other)
        again = _secured(tmp_path)
        assert not set(first.values()) & set(again.values())
        first = again


def test_only_its_owner_reads_it_and_the_authority_keeps_no_key(tmp_path: Path) -> None:
    made = _secured(tmp_path)
    assert set(made) == {"ca.crt", "store.crt", "store.key"}
    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o700
    written = [*(tmp_path / "made").iterdir(), tmp_path / "s3" / "security.toml"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    assert sum(b"PRIVATE KEY" in text for text in made.values()) == 1


def test_every_part_of_the_store_shows_it_and_asks_for_it(tmp_path: Path) -> None:
    folder = tmp_path / 'a "quoted" \\ folder'
    folder.mkdir()
    _secured(folder)
    written = tomllib.loads((folder / "s3" / "security.toml").read_text("utf-8"))
    https = written["https"]
    assert set(https) == {"client", "volume", "master", "filer", "admin"}
    # Where a part names an authority it speaks with nobody who shows no certificate of it.
    assert {Path(part["ca"]) for part in https.values()} == {folder / "made" / "ca.crt"}
    assert https["client"].pop("enabled") is True
    assert "insecure_skip_verify" not in https["client"]
    grpc = written["grpc"]
    assert Path(grpc.pop("ca")) == folder / "made" / "ca.crt"
    assert set(grpc) >= {
        "volume",
        "master",
        "filer",
        "s3",
        "admin",
        "worker",
        "client",
        "mq",
        "msg_broker",
        "msg_agent",
    }
    for part in (*grpc.values(), *https.values()):
        assert Path(part["cert"]) == folder / "made" / "store.crt"
        assert Path(part["key"]) == folder / "made" / "store.key"


def test_one_that_lacks_a_name_at_which_the_store_answers_is_made_anew(tmp_path: Path) -> None:
    first, names = _secured(tmp_path), ("10.99.0.2", "store.jtai.internal", *certificates.NAMES)
    certificates.secure(tmp_path / "made", tmp_path / "s3", _NOW, names)
    mine = x509.load_pem_x509_certificate((tmp_path / "made" / "store.crt").read_bytes())
    assert mine.public_bytes(Encoding.PEM) != first["store.crt"]
    answers_at = mine.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in answers_at] == list(names)


def test_one_that_strict_clients_would_not_believe_is_made_anew(tmp_path: Path) -> None:
    """Python 3.13 and others refuse a certificate that does not say which key signed it."""
    first = _secured(tmp_path)
    with pytest.MonkeyPatch.context() as before:
        before.setattr(x509.CertificateBuilder, "add_extension", _without_key_ids)
        for path in (tmp_path / "made").iterdir():
            path.unlink()
        old = _secured(tmp_path)
    assert set(_secured(tmp_path).values()).isdisjoint({*first.values(), *old.values()})
    mine = x509.load_pem_x509_certificate((tmp_path / "made" / "store.crt").read_bytes())
    whose = x509.load_pem_x509_certificate((tmp_path / "made" / "ca.crt").read_bytes())
    signed_by = mine.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    assert signed_by == whose.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest


_add = x509.CertificateBuilder.add_extension


def _without_key_ids(
    builder: x509.CertificateBuilder, extension: x509.ExtensionType, critical: bool
) -> x509.CertificateBuilder:
    if isinstance(extension, x509.SubjectKeyIdentifier | x509.AuthorityKeyIdentifier):
        return builder
    return _add(builder, extension, critical)
