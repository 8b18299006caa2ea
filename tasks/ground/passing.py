"""Files for a moment: what is too large for memory lies on a disk as noise, under a key of this process alone.

Such a file has no name, and its key is written nowhere: a process that is killed leaves nothing that anybody can read.
"""

import io
import os
import tempfile
from typing import TYPE_CHECKING, BinaryIO, cast

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

MEMORY = 1 << 20
"""Bytes of a file that stay in memory; what is more goes to the disk, with what there was."""

_KEY_BYTES, _BLOCK = 32, 16


def passing_file() -> BinaryIO:
    """Return an empty file to write and read; it is gone once it is closed, or its process ends."""
    return cast(BinaryIO, io.BufferedRandom(_SealedFile(), 256 << 10))


class _SealedFile(io.RawIOBase):
    """The same without a buffer: a stream cipher over a file without a name, which may begin at any byte.

    It hides and does not authenticate: whoever can write into a file without a name of ours needs no such file.
    """

    def __init__(self) -> None:
        self._file = cast(BinaryIO, tempfile.SpooledTemporaryFile(MEMORY))  # noqa: SIM115 - `close` closes it
        # Each file has its own, so that no two bytes on the disk were ever hidden by the same noise.
        self._key = os.urandom(_KEY_BYTES)

    def _noise(self) -> CipherContext:
        """Return the cipher as it stands at the place of the file."""
        block, within = divmod(self._file.tell(), _BLOCK)
        noise = Cipher(algorithms.AES256(self._key), modes.CTR(block.to_bytes(_BLOCK, "big"))).encryptor()
        noise.update(bytes(within))
        return noise

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def writable(self) -> bool:
        """Return that it can be written."""
        return True

    def seekable(self) -> bool:
        """Return that any of its bytes can be gone to."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill a buffer with what stands from here on; return how many bytes that are."""
        noise, view = self._noise(), memoryview(buffer)
        data = noise.update(self._file.read(len(view)))
        view[: len(data)] = data
        return len(data)

    def write(self, data: "ReadableBuffer") -> int:
        """Write bytes from here on; return how many that are."""
        noise = self._noise()
        return self._file.write(noise.update(bytes(data)))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a byte; return its place."""
        self._file.seek(offset, whence)
        return self._file.tell()

    def tell(self) -> int:
        """Return the place."""
        return self._file.tell()

    def close(self) -> None:
        """Let it go."""
        if not self.closed:
            self._file.close()
        super().close()
