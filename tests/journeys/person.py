"""One person: their mailbox, their browser, the pages of the portal and the forms at the gate of Prefect."""

import html
import re
import time
from collections.abc import Iterator
from typing import Any

import httpx

from models.settings import settings
from tasks.ground.prefect_api import start_run, wait_for
from tasks.people.delivery import deliver
from tasks.people.notify import Notify
from tests.journeys.house import House
from tests.stacks import until

# Who approves, publishes or signs must have signed in within the last 15 minutes.
_FRESH_SECONDS = 600
_TOKEN = re.compile(r'name="csrf"[^>]*value="([^"]+)"')
_LINK = re.compile(r"https?://\S+/sign-in/\w+/\S+")
_WHEN = re.compile(r"(?<=month=)[0-9-]+|(?<=week=)[0-9-]+")
_WRONG = re.compile(r'class="govuk-error-message"[^>]*>(.*?)</p>', re.DOTALL)


class Person:
    """Somebody who works with the product, and has nothing but the notices that reach their own mailbox.

    Args:
        house: where the product runs.
        name: their full name.
        body: the part of their address after the `@` that says for whom they work.
        provider: whether they sign in by their organisation's provider rather than by the link of a notice.
    """

    def __init__(self, house: House, name: str, body: str, *, provider: bool = False) -> None:
        self.house, self.name, self.provider = house, name, provider
        self.address = f"{name.lower().replace(' ', '.')}@{body}.jtai-area.uk"
        self.browser = httpx.Client(base_url=house.portal, trust_env=False, timeout=120, follow_redirects=True)
        self.reference = ""
        self.used: set[str] = set()
        self.since = time.monotonic()

    def notices(self, subject: str = "") -> list[str]:
        """Return the bodies of the notices that reached this person, oldest first, of those with some words in it."""
        mails = [mail["personalisation"] for mail in self.house.notify.to(self.address)]
        return [str(mail["body"]) for mail in mails if subject in f"{mail['subject']}\n{mail['body']}"]

    def told(self, subject: str, *, by_a_run: bool = False) -> str:
        """Wait for a notice with some words in it and return its body.

        Args:
            subject: the words.
            by_a_run: a run of Prefect sends it, as the clock has one do each minute. No test needs to wait for that:
                others are sent here, as soon as they are written.
        """

        def has_come() -> bool:
            if not by_a_run and not self.notices(subject):
                deliver(Notify.of(settings()))
            return bool(self.notices(subject))

        if by_a_run:
            start_run("send-notices")
        until(f"{self.name} has a notice that says {subject!r}", has_come, 150)
        return self.notices(subject)[-1]

    def comes_in(self, subject: str) -> httpx.Response:
        """Sign in as a notice with some words in it says."""
        body = self.told(subject)
        self.since = time.monotonic()
        if self.provider:
            return self._by_provider()
        (link,) = _LINK.findall(body)
        return self._by_link(link)

    def _by_link(self, link: str) -> httpx.Response:
        assert link not in self.used, "a link works once"
        self.used.add(link)
        path = link.removeprefix(self.house.portal)
        return self.sends(path, path)

    def _by_provider(self) -> httpx.Response:
        address = self.browser.get("/sign-in/provider", follow_redirects=False).headers["location"]
        answer = httpx.post(address, data={"sub": self.address}, trust_env=False)
        return _good(self.browser.get(str(answer.headers["location"])))

    def asks_for_a_link(self) -> None:
        """Ask for a new link on the sign-in page, and come in by it."""
        before = len(self.notices("your new sign-in link"))
        self.browser.cookies.clear()
        self.sends("/sign-in", "/sign-in/new", {"mailbox": self.address})
        until("the new link is there", lambda: len(self.notices("your new sign-in link")) > before)
        self.comes_in("your new sign-in link")

    def opens(self, path: str) -> str:
        """Open a page that must be there and return its words."""
        return words(_good(self.browser.get(path)))

    def finds(self, path: str) -> int:
        """Return the status with which an address answers."""
        return self.browser.get(path).status_code

    def sends(
        self, page: str, action: str = "", values: dict[str, Any] | None = None, files: dict[str, Any] | None = None
    ) -> httpx.Response:
        """Open a page, fill in its form and send it; return the page that follows, which must not be a refusal."""
        self._signs_in_again_in_time()
        token = _TOKEN.search(_good(self.browser.get(page)).text)
        data = {"csrf": token[1] if token else "", **(values or {})}
        return _good(self.browser.post(action or page, data=data, files=files))

    def _signs_in_again_in_time(self) -> None:
        """Sign in again where the page would ask for it soon: however slow the machine, nothing here is about that."""
        if time.monotonic() - self.since > _FRESH_SECONDS:
            self.since = time.monotonic()
            if self.provider:
                self._by_provider()
            elif self.notices():
                self.asks_for_a_link()

    def uploads(self, request: str, name: str, data: bytes) -> str:
        """Send a file for a request, and return the address of the page on what was received."""
        answer = self.sends(f"/requests/{request}/upload", f"/requests/{request}/uploads", files={"file": (name, data)})
        checking = answer.url.path
        return (self.sends(checking) if checking.startswith("/uploads/") else answer).url.path

    def fills_in(self, deployment: str, **values: Any) -> str:
        """Fill in a form of Prefect at its gate, wait until its run has ended well, and return what it says."""
        state, sentence = self.tries(deployment, **values)
        assert state == "COMPLETED", sentence
        return sentence

    def tries(self, deployment: str, **values: Any) -> tuple[str, str]:
        """Fill in a form of Prefect at its gate; return how its run ended and what it says."""
        self._signs_in_again_in_time()
        cookies = {name: str(self.browser.cookies[name]) for name in self.browser.cookies}
        with httpx.Client(base_url=self.house.prefect, cookies=cookies, trust_env=False, timeout=60) as gate:
            form = _good(gate.get(f"/deployments/name/{deployment}/{deployment}")).json()
            body = {"parameters": values, "state": {"type": "SCHEDULED"}}
            run = _good(gate.post(f"/deployments/{form['id']}/create_flow_run", json=body)).json()["id"]
        row = wait_for(run, 180)
        return str(row["state_type"]), str(row["state"]["message"])


def words(answer: httpx.Response) -> str:
    """Return a page's visible words on one line."""
    text = re.sub(r"(?s)<(script|style|head).*?</\1>|<[^>]+>", " ", answer.text)
    return html.unescape(re.sub(r"\s+", " ", text))


def _good(answer: httpx.Response) -> httpx.Response:
    wrong = [html.unescape(re.sub(r"<[^>]+>|\s+", " ", each)).strip() for each in _WRONG.findall(answer.text)]
    detail = " ".join(wrong) or words(answer)[:600]
    assert answer.is_success, f"{answer.request.method} {answer.url.path} answered {answer.status_code}: {detail}"
    return answer


def all_pages(person: Person, start: str) -> Iterator[tuple[str, httpx.Response]]:
    """Open every page and file that somebody reaches by links from a page, each once, and give each answer.

    Of the calendar one month and one week are opened: each leads to the next, for hundreds of years.
    """
    waiting, seen = [start], {start}
    while waiting:
        path = waiting.pop()
        answer = person.browser.get(path)
        yield path, answer
        if "text/html" not in answer.headers.get("content-type", "") or path.endswith(("/view", ".html")):
            continue
        for link in re.findall(r'href="(/[^"#]*)', answer.text):
            address = html.unescape(link)
            sort = _WHEN.sub("", address)
            if sort not in seen and not address.startswith(("/assets", "/sign-out", "/people", "/sign-in")):
                seen.add(sort)
                waiting.append(address)
