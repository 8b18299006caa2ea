"""Whom each column of a return is about, so that a person gets what is theirs and nothing of anybody else. Pure."""

from enum import StrEnum

from validation.contract.model import Column


class Whose(StrEnum):
    """Whom a cell is about."""

    CHILD = "child"
    MOTHER = "mother"
    VICTIM = "victim"
    PERPETRATOR = "perpetrator"
    STAFF = "staff"
    WHERE = "where"
    SEVERAL = "several"
    LISTED = "listed"


_SUBJECTS = {
    ("PRO-1", "PRO-1"): Whose.PERPETRATOR,
    ("POL-3", "POL-3"): Whose.PERPETRATOR,
    ("VOL-1", "VOL-1"): Whose.VICTIM,
    ("MAR-1", "MAR-1"): Whose.SEVERAL,
}
"""Whom the rows of a sheet are about where that is no child; those of a Marac are about a victim and a perpetrator."""

_PERPETRATORS = frozenset({"suspect_ref", "suspect_pnc_id", "perpetrator_ref", "crn", "noms_number", "pnc_id"})
_VICTIMS = frozenset({"victim_ref", "service_ref", "repeat_victim_12m"})
_SUBJECTS_OWN = frozenset(
    {
        *("forename", "surname", "nhs_number", "child_nhs_number", "upn", "la_child_id", "child_la_id"),
        *("Child Unique ID", "yjs_ref", "attendance_ref"),
    }
)
_SEVERAL = frozenset(
    {
        # Of an incident: what is said of it is said of a victim and a suspect too.
        *("crime_recorded", "offence_group", "risk_tool", "risk_grade", "victim_suspect_relationship", "outcome"),
        *("protective_order", "reason", "da_factor_codes"),
        # Of a person on probation: what is thought of the risk to others.
        *("rosh_children", "rosh_known_adult", "rosh_staff", "sara_partner", "sara_others", "lives_with_children"),
        *("children_linked", "disclosure_scheme_applications", "children_supported", "da_victim", "da_perpetrator"),
    }
)
_NAMED = {
    "child_la_ids": Whose.LISTED,
    "Allocated Worker": Whose.STAFF,
    **dict.fromkeys(_PERPETRATORS, Whose.PERPETRATOR),
    **dict.fromkeys(_VICTIMS, Whose.VICTIM),
    **dict.fromkeys(_SEVERAL, Whose.SEVERAL),
}
_WHERE = ("placement", "postcode", "address", "setting_urn", "provider_ods_code")


def whose(code: str, sheet: str, column: Column) -> Whose:
    """Return whom the cells of a column are about; what is not known to be of one person counts as of several.

    Args:
        code: of the return.
        sheet: its name.
        column: of the sheet.
    """
    name, subject = column.name, _SUBJECTS.get((code, sheet), Whose.CHILD)
    if name.startswith("mother_"):
        return Whose.MOTHER
    if name in _NAMED:
        return _NAMED[name]
    if column.shape == "postcode" or any(mark in name.lower() for mark in _WHERE):
        return Whose.WHERE
    if name in _SUBJECTS_OWN:
        return subject
    # A text that nobody has read can name anybody: a column that is added later is left out until somebody decides.
    return Whose.SEVERAL if column.type in ("string", "list") else subject
