"""`python -m portal.gate`: Prefect's server behind the gate, in one process."""

import argparse

import uvicorn

from models.settings import settings
from portal.gate.gate import Gate


def application() -> Gate:
    """Return Prefect's own application behind the gate; its services and migrations run with it, as ever."""
    # Imported here: it takes seconds, and reads Prefect's settings as it is imported.
    from prefect.server.api.server import create_app
    from prefect.settings import get_current_settings

    credential = get_current_settings().server.api.auth_string
    if credential is None:
        # Without one, whoever reaches Prefect would pass for a program of ours.
        raise SystemExit("PREFECT_SERVER_API_AUTH_STRING is not set. Give programs a user and password, user:password.")
    return Gate(create_app(final=True), credential.get_secret_value(), settings().required("portal_url"))


def main() -> None:
    """Serve until a signal ends it."""
    parser = argparse.ArgumentParser(prog="python -m portal.gate", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=4200, help="port to listen on")
    wanted = parser.parse_args()
    gate = application()
    from prefect.settings import get_current_settings

    server = get_current_settings().server
    uvicorn.run(
        gate,
        host=wanted.host,
        port=wanted.port,
        timeout_keep_alive=server.api.keepalive_timeout,
        ws_ping_interval=server.api.websocket_ping_interval,
        ws_ping_timeout=server.api.websocket_ping_timeout,
        log_level=server.logging_level.lower(),
        access_log=False,
    )


if __name__ == "__main__":
    main()
