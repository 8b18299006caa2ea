"""People at their browsers: they sign in with the links of the outbox, fill in forms and upload files."""

import html
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

_LOOKS = 20
_TOKEN = re.compile(r'name="csrf"[^>]*value="([^"]+)"')
_WRONG = re.compile(r'class="govuk-error-message"[^>]*>(.*?)</p>', re.DOTALL)


class PageError(RuntimeError):
    """A page did not answer as a person would expect; the message says which page and what it said."""


FRESH_SECONDS = 600.0
"""Until when a sign-in is used again: what approves, publishes or signs asks for one of the last 15 minutes."""


@dataclass
class DemoPerson:
    """Somebody signed in to the portal, since a moment of the process's own clock."""

    browser: httpx.Client
    name: str
    since: float = field(default_factory=time.monotonic, kw_only=True)

    @property
    def is_fresh(self) -> bool:
        """Return whether they can still approve, publish and sign without signing in again."""
        return time.monotonic() - self.since < FRESH_SECONDS

    def get(self, path: str) -> httpx.Response:
        """Open a page.

        Raises:
            PageError: the page is not there.
        """
        answer = self.browser.get(path)
        if answer.status_code != httpx.codes.OK:
            raise PageError(f"{path} answered {answer.status_code}.")
        return answer

    def submit(
        self,
        page: str,
        action: str,
        values: dict[str, Any] | None = None,
        files: dict[str, tuple[str, bytes]] | None = None,
    ) -> httpx.Response:
        """Open a page, fill in its form and send it; return the page that follows.

        Raises:
            PageError: the form was refused; the message carries its sentences.
        """
        token = _TOKEN.search(self.get(page).text)
        data = {"csrf": token.group(1) if token else "", **(values or {})}
        answer = self.browser.post(action, data=data, files=files)
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            mistakes = [
                html.unescape(re.sub(r"<[^>]+>", " ", mistake)).strip() for mistake in _WRONG.findall(answer.text)
            ]
            raise PageError(f"{action} answered {answer.status_code}: {' '.join(mistakes) or 'no reason given'}")
        return answer

    def upload(self, request: str, file: Path) -> str:
        """Send a file for a request and return the address of its receipt."""
        files, page = {"file": (file.name, file.read_bytes())}, f"/requests/{request}/upload"
        why = {"why": "errors_fixed"} if 'name="why"' in self.get(page).text else {}
        answer = self.submit(page, f"/requests/{request}/uploads", why, files=files)
        checking = answer.url.path
        # What would take the place of something good is shown before it counts.
        if checking.startswith("/uploads/"):
            answer = self.submit(checking, checking)
        return answer.url.path


def sign_in(portal: str, outbox_key: str, to: str, name: str, inspection: str | None = None) -> DemoPerson:
    """Sign in with the newest unused link that the outbox holds for somebody, or ask for a new one.

    Args:
        portal: address of the portal.
        outbox_key: the operator's key.
        to: id of an agency, whose shared mailbox it is, or the name of a person.
        name: of whoever signs in; a shared mailbox asks for it.
        inspection: that the notice must be about; any where it is None.

    Raises:
        PageError: there is no link that can still be used.
    """

    def links(browser: httpx.Client) -> list[str]:
        notices = browser.get("/outbox.json", headers={"Authorization": f"Bearer {outbox_key}"}).json()
        return [
            str(notice["sign_in_url"])
            for notice in notices
            if notice["sign_in_url"]
            and inspection in (None, notice["inspection"])
            and to in (notice["agency_id"], notice["to_name"])
        ]

    return enter(portal, name, links)


def enter(portal: str, name: str, links: Callable[[httpx.Client], list[str]]) -> DemoPerson:
    """Sign in with the first link that still opens, or ask for a new one by the first that does not.

    Args:
        portal: address of the portal.
        name: of whoever signs in.
        links: return the links that they have been sent, newest first.

    Raises:
        PageError: there is no link that can still be used.
    """
    browser = httpx.Client(base_url=portal, follow_redirects=True, timeout=120)
    for attempt in range(_LOOKS):
        sent = links(browser)
        for link in sent:
            page = browser.get(link)
            token = _TOKEN.search(page.text)
            if page.status_code == httpx.codes.OK and token:
                answer = browser.post(link, data={"csrf": token.group(1), "name": name, "job": "data officer"})
                if answer.status_code == httpx.codes.OK:
                    return DemoPerson(browser, name)
        if not sent:
            break
        if attempt == 0:
            _ask_for_a_new_link(browser, sent[0])
        else:
            # The page answers before the link is written, in the same time whether there will be one or not.
            time.sleep(0.5)
    raise PageError(f"No unused sign-in link of {name} is to be found.")


def enter_managers(portal: str, outbox_key: str, names: list[str]) -> None:
    """Enter programme managers as the operator does, with the key of the outbox."""
    with httpx.Client(base_url=portal, follow_redirects=True, timeout=60) as operator:
        token = _TOKEN.search(operator.get("/operator").text)
        given = {"csrf": token.group(1) if token else "", "key": outbox_key, "page": "first-people"}
        operator.post("/operator", data=given)
        for name in names:
            token = _TOKEN.search(operator.get("/first-people").text)
            address = f"{name.lower().replace(' ', '.')}@example.org"
            entered = {"role": "manager", "name": name, "job": "programme manager", "address": address}
            operator.post("/first-people", data={"csrf": token.group(1) if token else "", **entered})


def _ask_for_a_new_link(browser: httpx.Client, old: str) -> None:
    token = _TOKEN.search(browser.get("/sign-in").text)
    data = {"csrf": token.group(1) if token else "", "link": old.rstrip("/").split("/")[-2]}
    browser.post("/sign-in/new", data=data)
