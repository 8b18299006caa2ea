"""`jtai sign-in`: sign in at this terminal with the one-time link of a notice, or end that session."""

import re

import click

from cli.options import answer, as_json
from models.refusals import Refusal

_TOKEN = re.compile(r'name="csrf"[^>]*value="([^"]+)"')
_WRONG = re.compile(r'class="govuk-body-l">([^<]+)<')


class LinkNotTakenError(Refusal):
    """The portal did not take the link; the sentence is the portal's own."""


@click.command(epilog="Example: jtai sign-in http://127.0.0.1:20080/sign-in/4f.../9a...")
@click.argument("link", required=False)
@click.option("--name", default="", help="Your full name, where the link came to a shared mailbox.")
@click.option("--out", "sign_out", is_flag=True, help="End the session of this terminal.")
@as_json
def command(link: str | None, name: str, sign_out: bool, as_json: bool) -> None:
    """Sign in with the link from your newest notice. Decisions then name you."""
    if bool(link) == sign_out:
        raise click.UsageError("Give the link from your notice, or --out to sign out.")
    if sign_out:
        signed_out()
        answer({"signed_in": False}, as_json=as_json, text="You are signed out at this terminal.")
    else:
        use(str(link), name)
        answer({"signed_in": True}, as_json=as_json, text="You are signed in at this terminal.")


def use(link: str, name: str) -> None:
    """Use a link as a browser does, and keep the session that begins.

    Raises:
        LinkNotTakenError: it is no link of ours, was used or has expired, or asks for a name.
    """
    import httpx

    from cli import signed_in
    from tasks.ground.prefect_api import SESSION_COOKIE

    try:
        with httpx.Client(trust_env=False, timeout=30) as browser:
            page = browser.get(link)
            token = _TOKEN.search(page.text)
            data = {"csrf": token[1] if token else "", "name": name}
            # A page that does not take the link has no form, and says why itself.
            done = browser.post(link, data=data) if page.status_code == httpx.codes.OK else page
            secret = browser.cookies.get(SESSION_COOKIE)
    except httpx.InvalidURL:
        raise LinkNotTakenError("This is not a link. Copy the whole link from your notice.") from None
    except httpx.HTTPError:
        raise LinkNotTakenError("The portal does not answer. Copy the whole link, or try again in a minute.") from None
    if not secret:
        why = _WRONG.search(done.text)
        if done.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
            raise LinkNotTakenError("The link came to a shared mailbox. Give your name with --name.")
        raise LinkNotTakenError(why[1] if why else "This is not a sign-in link. Copy the whole link from your notice.")
    signed_in.keep(secret)


def signed_out() -> None:
    """End the session of this terminal, here and at the portal."""
    from cli import signed_in
    from tasks.ground.database import transaction
    from tasks.people.sessions import end
    from tasks.people.sessions import signed_in as who_is

    # At the portal first: where that fails, the secret is still here to try again with.
    with transaction() as session:
        visitor = who_is(session, signed_in.secret())
        if visitor is not None:
            end(session, visitor.session, by=visitor.person)
    signed_in.forget()
