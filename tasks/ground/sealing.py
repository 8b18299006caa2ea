"""Seals bytes under a data key, piece by piece: the same bytes at the same place always become the same sealed bytes.

A sealed object is a header and pieces. The header holds a mark, the id of the data key and a salt; the salt is derived
from the data key, the object's key and the digest of the plain bytes. The object's own key is derived from data key,
salt and object's key, so that nothing else is ever encrypted under it. Each piece is AES-256-GCM, its nonce the number
of the piece and whether it is the last, and it authenticates the header: no piece can be moved, left out or cut off.
"""

import hashlib
import hmac
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from models.refusals import OperatorError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = b"JTAIseal\x01"
KEY_BYTES = 32
ID_BYTES = 8
_SALT_BYTES = 32
HEADER_BYTES = len(MARK) + ID_BYTES + _SALT_BYTES
PIECE = 1 << 18
_TAG = 16
_MOST_NAME = 800
"""Bytes of a sender's file name that are kept: sealed and spelled in letters it must fit in the metadata of S3."""


class NotOpenedError(OperatorError):
    """Sealed bytes do not open: they were changed, cut, moved, or sealed under another key."""

    brief = "a sealed file does not open"

    def __init__(self, key: str) -> None:
        super().__init__(
            f"The object {key} does not open with its key: it was changed, cut short or put at another place. "
            "Compare it with a backup."
        )


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key that seals objects: its id, 8 bytes in hex, and the 32 secret bytes."""

    id: str
    secret: bytes

    def __repr__(self) -> str:
        """Return the id alone, so that no log or trace ever shows the key."""
        return f"DataKey({self.id})"


def new_data_key() -> DataKey:
    """Return a random data key under a random id."""
    return DataKey(os.urandom(ID_BYTES).hex(), os.urandom(KEY_BYTES))


def is_sealed(start: bytes) -> bool:
    """Return whether bytes that begin so say that they are sealed."""
    return start.startswith(MARK)


def sealed_size(plain: int) -> int:
    """Return how many bytes so many plain bytes become."""
    pieces = max(1, -(-plain // PIECE))
    return HEADER_BYTES + plain + pieces * _TAG


def seal_pieces(key: DataKey, place: str, digest: bytes, read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Seal what `read` returns, a piece of at most 256 KiB at a time.

    Args:
        key: the data key.
        place: the object's key in the store, to which the sealed bytes are bound.
        digest: SHA-256 of all plain bytes.
        read: returns the next plain bytes, as a file's `read` does.
    """
    header = MARK + bytes.fromhex(key.id) + _salt(key, place, digest)
    cipher = _cipher(key, place, header)
    yield header
    piece, number = _full(read), 0
    while True:
        # Whether a piece is the last goes into its nonce, so that the next is read before it is sealed.
        following = _full(read) if len(piece) == PIECE else b""
        yield cipher.encrypt(_nonce(number, last=not following), piece, header)
        if not following:
            return
        piece, number = following, number + 1


def open_pieces(key: DataKey, place: str, header: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Open what `seal_pieces` made, however its bytes are cut; nothing is yielded that was not authenticated.

    Raises:
        NotOpenedError: the bytes were changed, cut or moved.
    """
    from cryptography.exceptions import InvalidTag

    cipher, number, rest = _cipher(key, place, header), 0, bytearray()
    try:
        for piece in pieces:
            rest += piece
            # The last piece is kept back: only the end shows that it is the last.
            while len(rest) > PIECE + _TAG:
                yield cipher.decrypt(_nonce(number, last=False), bytes(rest[: PIECE + _TAG]), header)
                del rest[: PIECE + _TAG]
                number += 1
        yield cipher.decrypt(_nonce(number, last=True), bytes(rest), header)
    except InvalidTag:
        raise NotOpenedError(place) from None


def seal_bytes(key: DataKey, place: str, data: bytes) -> bytes:
    """Seal bytes whole."""
    from io import BytesIO

    return b"".join(seal_pieces(key, place, hashlib.sha256(data).digest(), BytesIO(data).read))


def seal_stream(key: DataKey, place: str, stream: BinaryIO, out: BinaryIO) -> bytes:
    """Seal a file that can be read twice into another; return the SHA-256 of its plain bytes."""
    start = stream.tell()
    digest = hashlib.file_digest(stream, "sha256").digest()  # type: ignore[arg-type]
    stream.seek(start)
    out.writelines(seal_pieces(key, place, digest, stream.read))
    return digest


def seal_name(key: DataKey, place: str, name: str) -> str:
    """Seal a sender's name of a file, as text for the metadata of the object at `place`."""
    import base64

    short = name.encode()[:_MOST_NAME]
    # A place of its own: the sealed name and the sealed object can never stand for each other.
    sealed = seal_bytes(key, f"{place}\0name", short)
    return base64.urlsafe_b64encode(sealed).decode()


def open_name(key: DataKey, place: str, text: str) -> str:
    """Return the name that `seal_name` sealed.

    Raises:
        NotOpenedError: it was changed, or belongs to another object.
    """
    import base64

    sealed = base64.urlsafe_b64decode(text)
    pieces = open_pieces(key, f"{place}\0name", sealed[:HEADER_BYTES], [sealed[HEADER_BYTES:]])
    # A name that was cut may end within a letter.
    return b"".join(pieces).decode(errors="ignore")


def _salt(key: DataKey, place: str, digest: bytes) -> bytes:
    # From the content and not by chance: what is stored again has the same bytes, and is stored once.
    return hmac.new(_derived(key, b"", b"salt"), place.encode() + b"\0" + digest, hashlib.sha256).digest()


def _cipher(key: DataKey, place: str, header: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(_derived(key, header[-_SALT_BYTES:], b"object\0" + place.encode()))


def _derived(key: DataKey, salt: bytes, info: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, salt, b"jtai " + info).derive(key.secret)


def _nonce(number: int, *, last: bool) -> bytes:
    # A nonce never comes twice under a key, as each object has a key of its own. The last byte shows a cut.
    return number.to_bytes(11, "big") + bytes([last])


def _full(read: Callable[[int], bytes]) -> bytes:
    """Return the next 256 KiB, or what is left: a stream may return less at a time."""
    piece = read(PIECE)
    while 0 < len(piece) < PIECE and (more := read(PIECE - len(piece))):
        piece += more
    return piece
