"""The few calls to Prefect's HTTP API that need no Prefect import: events, artifacts, runs."""

import time
from collections.abc import Callable
from typing import Any

import httpx

from models.refusals import OperatorError, Refusal
from models.settings import Settings, once_for_settings, settings


class PrefectUnreachableError(OperatorError):
    """Prefect's server does not answer, or answers that it cannot."""

    brief = "the Prefect server does not answer"
    passes = True

    def __init__(self, detail: str) -> None:
        super().__init__(f"The Prefect server does not answer ({detail}). Check that the stack is running: `make up`.")


class NotInPrefectError(PrefectUnreachableError):
    """There is nothing of that name, or not any more."""


class PrefectRefusedError(Refusal):
    """A run was refused; the sentence is the flow's own."""


PutMarkdown = Callable[[str, str, str], None]
"""Stores a text in the Prefect UI: key, text, description; raises PrefectUnreachableError where Prefect is away."""


_TLS = "https://"
"""How an address begins at which certificates matter: to read the world's takes a tenth of a second of each run."""


@once_for_settings
def _client(options: Settings) -> httpx.Client:
    auth = options.prefect_auth
    user, _, password = auth.get_secret_value().partition(":") if auth else ("", "", "")
    address = options.required("prefect_api_url")
    return httpx.Client(
        base_url=address, auth=(user, password) if auth else None, timeout=20, verify=address.startswith(_TLS)
    )


def call(method: str, path: str, *, json: Any = None) -> Any:
    """Call the API and return its JSON answer, or None for an empty one.

    Raises:
        PrefectUnreachableError: no answer, or a server's error.
        NotInPrefectError: there is nothing of that name.
        PrefectRefusedError: the server refuses the values.
    """
    try:
        answer = _client().request(method, path, json=json)
    except httpx.HTTPError as error:
        raise PrefectUnreachableError(type(error).__name__) from None
    # Prefect's own text is not passed on: it quotes the values that it refuses (L5).
    if answer.status_code in {409, 422}:
        raise PrefectRefusedError(f"Prefect refused the values given to {path.rsplit('/', 1)[-1]}.")
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise NotInPrefectError(f"status {answer.status_code}")
    if answer.status_code >= 400:
        raise PrefectUnreachableError(f"status {answer.status_code}")
    return answer.json() if answer.content else None


def newest_text(key: str) -> str:
    """Return the newest text that the UI shows under a key; empty where there is none yet.

    Raises:
        PrefectUnreachableError: no answer, or a server's error.
    """
    query = {"artifacts": {"key": {"any_": [key]}}, "sort": "CREATED_DESC", "limit": 1}
    return "".join(str(artifact["data"]) for artifact in call("POST", "/artifacts/filter", json=query))


def for_people() -> str:
    """Return the address at which people reach Prefect's UI; empty where there is none."""
    options = settings()
    return options.prefect_url or (options.prefect_api_url or "").removesuffix("/api")


def start_run(deployment: str, parameters: dict[str, Any] | None = None, *, tags: tuple[str, ...] = ()) -> str:
    """Start a run of a deployment of ours and return the run's id."""
    owner = call("GET", f"/deployments/name/{deployment}/{deployment}")
    body = {"parameters": parameters or {}, "tags": list(tags), "state": {"type": "SCHEDULED"}}
    return str(call("POST", f"/deployments/{owner['id']}/create_flow_run", json=body)["id"])


SESSION_COOKIE = "jtai_session"
"""The cookie that holds the secret of a person's session, at the portal and at the gate before Prefect."""


class NotSignedInError(Refusal):
    """A form was sent to the gate by nobody whom it knows."""

    def __init__(self) -> None:
        super().__init__(
            "Sign in first: run `jtai sign-in LINK` with the link from your newest notice. A decision names the person "
            "who takes it."
        )


def start_as(secret: str, deployment: str, values: dict[str, Any]) -> str:
    """Fill in a form as whoever holds the secret of a session, and return the id of its run.

    Raises:
        NotSignedInError: the session has ended, or never was.
        PrefectRefusedError: the gate or Prefect refused it; the sentence is the gate's own.
        PrefectUnreachableError: no answer, or a server's error.
    """
    address = settings().required("prefect_api_url")
    try:
        with httpx.Client(
            base_url=address,
            cookies={SESSION_COOKIE: secret},
            trust_env=False,
            timeout=30,
            verify=address.startswith(_TLS),
        ) as browser:
            page = _given(browser.get(f"/deployments/name/{deployment}/{deployment}"))
            body = {"parameters": values, "state": {"type": "SCHEDULED"}}
            return str(_given(browser.post(f"/deployments/{page['id']}/create_flow_run", json=body))["id"])
    except httpx.HTTPError as error:
        raise PrefectUnreachableError(type(error).__name__) from None


def _given(answer: httpx.Response) -> dict[str, Any]:
    """Return what the gate answers, or raise its refusal."""
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        raise NotSignedInError
    if answer.is_server_error:
        raise PrefectUnreachableError(f"status {answer.status_code}")
    given: dict[str, Any] = answer.json()
    if answer.is_error:
        # The gate alone forbids; what Prefect itself says of values may quote them (L5).
        own = answer.status_code == httpx.codes.FORBIDDEN
        raise PrefectRefusedError(
            str(given["detail"]) if own else f"Prefect refused the values ({answer.status_code})."
        )
    return given


_FINAL = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})


def wait_for(run: str, seconds: float = 300) -> dict[str, Any]:
    """Wait until a run has ended and return it as the API gives it.

    Raises:
        PrefectUnreachableError: it did not end in time.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer: dict[str, Any] = call("GET", f"/flow_runs/{run}")
        if answer["state_type"] in _FINAL:
            return answer
        time.sleep(0.25)
    raise PrefectUnreachableError(f"a run did not end within {seconds:.0f} seconds")
