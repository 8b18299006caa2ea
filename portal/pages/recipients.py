"""The form by which somebody says where and when an agency published the letter, for agencies and the team alike."""

from starlette.datastructures import FormData

from models.refusals import FormRefusedError, Mistake, Refusal
from portal.pages.forms import date_of, text_of

_FIELDS = ("website", "day-day", "day-month", "day-year", "agency")


def entered_in(form: FormData) -> dict[str, str]:
    """Return what was typed, to be shown again."""
    return {name: text_of(form, name) for name in _FIELDS}


def record(ref: str, agency_id: str, form: FormData, *, by: str) -> tuple[Mistake, ...]:
    """Record where and when an agency published the letter; return what is to be changed, or nothing."""
    from tasks.publishing.recipients import record_duty

    try:
        record_duty(ref, agency_id, web_address=text_of(form, "website"), published_on=date_of(form, "day"), by=by)
    except FormRefusedError as refused:
        return refused.mistakes
    except Refusal as refused:
        return (Mistake("website", refused.sentence),)
    return ()
