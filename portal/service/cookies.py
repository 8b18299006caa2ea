"""The cookies that this service sets, as its page tells people: what each is for and how long it lasts."""

from dataclasses import dataclass

from models.settings import settings
from models.words import plural
from portal.pages.banner import COOKIE as BANNER
from portal.pages.banner import SECONDS as BANNER_SECONDS
from portal.pages.forms import COOKIE as FORMS
from portal.pages.frame import YEAR
from portal.pages.looking import COOKIE as LOOKING
from portal.pages.looking import SECONDS as LOOKING_SECONDS
from portal.pages.session import COOKIE as SESSION


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie.

    Attributes:
        name: as the browser shows it.
        purpose: what it is for.
        seconds: how long a browser keeps it.
    """

    name: str
    purpose: str
    seconds: int

    @property
    def lasts(self) -> str:
        """Return how long it lasts in words."""
        for unit, length in (("year", YEAR), ("hour", 3600), ("minute", 60)):
            if self.seconds % length == 0:
                return plural(self.seconds // length, unit)
        return plural(self.seconds, "second")


def cookies() -> tuple[Cookie, ...]:
    """Return every cookie that this service sets, with its life under the settings in force."""
    signed_in = settings().session_hours * 3600
    own = "keeps what belongs to a sign-in with your organisation, until you are back from there"
    provided = (Cookie("jtai_provider", own, 600),) if settings().oidc_issuer else ()
    return (
        Cookie(SESSION, "keeps you signed in. It holds a random secret and nothing about you", signed_in),
        Cookie(FORMS, "proves that a form was sent from your own browser", YEAR),
        Cookie(BANNER, "lets the next page say what you have just done", BANNER_SECONDS),
        Cookie(LOOKING, "lets a lead inspector see pages as somebody else sees them", LOOKING_SECONDS),
        *provided,
    )


def operators_cookies() -> tuple[Cookie, ...]:
    """Return the cookies that an operator's own pages set, for whoever runs the service."""
    return (Cookie("jtai_operator", "opens the pages of whoever runs the service", settings().session_hours * 3600),)
