"""One stack for all journeys, with nobody in it."""

import os
import re
from collections.abc import Iterator

import oidc_provider_mock
import pytest

from deployments.stack import Stack
from deployments.up import welcome
from models.settings import reread
from tests.journeys.house import House
from tests.notify_server import KEY, TEMPLATE, notify_server
from tests.stacks import no_addresses, pointed_at


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Start everything, with a channel for notices and a provider; the operator's key is what `make up` prints."""
    with no_addresses(), notify_server() as notify, oidc_provider_mock.run_server_in_thread() as server:
        issuer = f"http://localhost:{server.server_port}"
        given = {"NOTIFY_KEY": KEY, "NOTIFY_TEMPLATE": TEMPLATE, "NOTIFY_URL": notify.url}
        given |= {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": "jtai", "OIDC_CLIENT_SECRET": "secret"}
        os.environ.update({f"JTAI_{name}": value for name, value in given.items()})
        reread()
        stack = Stack(tmp_path_factory.mktemp("journeys") / "state")
        with stack, pointed_at(stack):
            key = re.search(r"key (\w+)", welcome(stack))
            assert key
            addresses = stack.addresses["JTAI_PORTAL_URL"], stack.addresses["JTAI_PREFECT_API_URL"]
            yield House(*addresses, key[1], notify, issuer)
        stack.destroy()
