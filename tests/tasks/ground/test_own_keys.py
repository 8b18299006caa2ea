"""A countersignature by somebody's own key holds for this anchor and this key alone, in each form that people have."""

import base64
import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.witnesses import WAY_LABELS, WitnessWay
from tasks.ground.own_keys import SSH_NAMESPACE, NotSignedError, checked

DATA = b'{"format":"jtai-anchor-1"}'
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
Made = tuple[str, bytes]


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def ed25519(data: bytes) -> Made:
    return PUBLIC.hex(), KEY.sign(data).hex().encode()


def in_base64(data: bytes) -> Made:
    return b64(PUBLIC), b64(KEY.sign(data)).encode()


def minisign(data: bytes, *, hashed: bool = True, comment: bytes = b"timestamp:1") -> Made:
    signature = KEY.sign(hashlib.blake2b(data).digest() if hashed else data)
    blob = (b"ED" if hashed else b"Ed") + b"12345678" + signature
    lines = [
        "untrusted comment: x",
        b64(blob),
        f"trusted comment: {comment.decode()}",
        b64(KEY.sign(signature + comment)),
    ]
    return f"untrusted comment: minisign public key\n{b64(b'Ed12345678' + PUBLIC)}", "\n".join(lines).encode()


def old_minisign(data: bytes) -> Made:
    return minisign(data, hashed=False)


WAYS: dict[Callable[[bytes], Made], str] = {
    ed25519: "ed25519",
    in_base64: "ed25519",
    minisign: "minisign",
    old_minisign: "minisign",
}


@pytest.mark.parametrize("make", WAYS, ids=lambda make: make.__name__)
def test_a_signature_is_known_in_its_form(make: Callable[[bytes], Made]) -> None:
    found = checked(DATA, *make(DATA))
    assert (found.way.value, found.public_key) == (WAYS[make], PUBLIC.hex())
    key, signature = make(DATA)
    assert checked(DATA, key, signature.replace(b"\n", b"\r\n")) == found


@pytest.mark.parametrize("make", WAYS, ids=lambda make: make.__name__)
def test_a_signature_of_something_else_or_cut_or_changed_is_refused(make: Callable[[bytes], Made]) -> None:
    key, signature = make(DATA)
    lines = signature.decode().split("\n")
    place = 1 if len(lines) > 1 else 0
    swapped = lines[place].swapcase() if place else lines[place][::-1]
    changed = "\n".join([*lines[:place], swapped, *lines[place + 1 :]]).encode()
    for wrong in (make(b"else")[1], signature[:40], b"", b"\xff" * 30, changed):
        with pytest.raises(NotSignedError) as refused:
            checked(DATA, key, wrong)
        assert refused.value.field == "signature"
    for wrong_key in ("", "é", b64(b"x" * 32), "ssh-ed25519", PUBLIC.hex()[:-2]):
        with pytest.raises(NotSignedError):
            checked(DATA, wrong_key, signature)


def test_a_trusted_comment_that_was_changed_is_refused() -> None:
    key, signature = minisign(DATA)
    with pytest.raises(NotSignedError):
        checked(DATA, key, signature.replace(b"timestamp:1", b"timestamp:2"))


@pytest.mark.parts
def test_what_ssh_keygen_signs_is_taken_with_our_namespace_alone(tmp_path: Path) -> None:
    key, file = tmp_path / "id", tmp_path / "anchor.json"
    file.write_bytes(DATA)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)

    def signed(namespace: str) -> bytes:
        file.with_suffix(".json.sig").unlink(missing_ok=True)
        command = ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", str(key), str(file)]
        subprocess.run(command, check=True, capture_output=True)
        return file.with_suffix(".json.sig").read_bytes()

    public, signature = key.with_suffix(".pub").read_text(), signed(SSH_NAMESPACE)
    assert checked(DATA, public, signature).way is WitnessWay.SSH
    for data, text in ((b"else", signature), (DATA, signed("file")), (DATA, signature[:120])):
        with pytest.raises(NotSignedError):
            checked(data, public, text)
    other = f"ssh-ed25519 {b64(base64.b64decode(public.split()[1])[:-32] + PUBLIC)}"
    with pytest.raises(NotSignedError, match="another key"):
        checked(DATA, other, signature)


def test_each_way_has_its_words() -> None:
    assert set(WAY_LABELS) == set(WitnessWay)
