"""`python -m portal.serve`: the portal as a program, which waits for no sender longer than an honest one needs."""

import argparse
import asyncio
from typing import Any, cast

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from validation.engine.confinement import leave_no_dump

HEAD_SECONDS = 20
"""From opening a connection, or from the first letter of a further request, until its head is whole."""

BODY_SECONDS = 30
BODY_BYTES_A_SECOND = 1024
"""A body has this grace, and a second more for each so many bytes that have come: slower than any line in use."""

_LOOK_SECONDS = 1.0
_LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Patient(H11Protocol):
    """Speaks HTTP as uvicorn does, and hangs up on who sends a head or a body so slowly that it only holds a place."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the head of a first request."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._received = 0
        self._look = self.loop.call_later(_LOOK_SECONDS, self._look_again)

    def data_received(self, data: bytes) -> None:
        """Take what has come."""
        if self._waits_for_nothing():
            # The first letter of a further request on a connection that is kept.
            self._since, self._received = self.loop.time(), 0
        self._received += len(data)
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """End the waiting."""
        self._look.cancel()
        super().connection_lost(exc)

    def _waits_for_nothing(self) -> bool:
        """Return whether a connection is kept between two requests, which uvicorn's own limit ends."""
        return self.conn.their_state is h11.IDLE and self._received > 0 and not self.conn.trailing_data[0]

    def _look_again(self) -> None:
        if self.transport.is_closing():
            return
        if self._is_late():
            if self.cycle is None or self.cycle.response_complete:
                self.transport.write(_LATE)
            self.transport.close()
            return
        if self.flow.read_paused:
            # What we ourselves have not taken yet is not the sender's delay.
            self._since += _LOOK_SECONDS
        self._look = self.loop.call_later(_LOOK_SECONDS, self._look_again)

    def _is_late(self) -> bool:
        waited = self.loop.time() - self._since
        state = self.conn.their_state
        if state is h11.IDLE:
            return not self._waits_for_nothing() and waited > HEAD_SECONDS
        if state is not h11.SEND_BODY or self.flow.read_paused:
            return False
        return waited > BODY_SECONDS + self._received / BODY_BYTES_A_SECOND


def config(host: str, port: int, **more: Any) -> uvicorn.Config:
    """Return how the portal is served."""
    return uvicorn.Config("portal.app:app", host=host, port=port, http=cast(Any, Patient), server_header=False, **more)


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--graceful-seconds", type=int, default=2)
    choice = parser.parse_args()
    leave_no_dump()
    uvicorn.Server(config(choice.host, choice.port, timeout_graceful_shutdown=choice.graceful_seconds)).run()


if __name__ == "__main__":
    main()
