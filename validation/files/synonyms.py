"""Other names by which agencies know the columns of a return: offered to the sender, never taken for them."""

from functools import lru_cache

from validation.files.readers.grid import heading

_OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "forename": (
        "First name",
        "Given name",
        "Christian name",
        "Forenames",
        "Given names",
        "Given name(s)",
        "Firstname",
        "Child first name",
        "FName",
    ),
    "surname": ("Last name", "Family name", "Second name", "Lastname", "Child last name", "SName", "LName"),
    "date_of_birth": ("DOB", "D.O.B.", "Birth date", "Birthdate", "Born", "Child DOB", "Date birth", "DoB (child)"),
    "expected_date_of_birth": ("EDD", "Due date", "Expected date of delivery", "EDOB", "Date due", "Expected DOB"),
    "sex": ("Gender", "Child sex", "M/F", "Sex at birth"),
    "gender": ("Sex", "Child gender", "M/F"),
    "postcode": ("Post code", "Home postcode", "Postal code", "PCode", "Child postcode", "Address postcode"),
    "nhs_number": ("NHS No", "NHS", "NHSNo", "NHS num", "NHS ID", "NHS number (child)", "Patient NHS number"),
    "upn": ("Unique pupil number", "Pupil number", "UPN number"),
    "la_child_id": ("Child ID", "Client ID", "Person ID", "Mosaic ID", "LCS ID", "LA ID", "Liquidlogic ID", "ICS ID"),
    "child_unique_id": (
        "Child ID",
        "Client ID",
        "Person ID",
        "Mosaic ID",
        "LCS ID",
        "ICS ID",
        "Unique ID",
        "Unique ref",
    ),
    "age_of_child_years": ("Age", "Age (years)", "Child age", "Age in years"),
    "ethnicity": ("Ethnic origin", "Ethnic group", "Ethnic code", "Ethnic category", "Ethnicity code"),
    "gss_code": (
        "GSS",
        "ONS code",
        "Area code",
        "LA code",
        "Local authority",
        "Local authority code",
        "Council",
        "Area",
    ),
    "incident_ref": (
        "Incident number",
        "Incident no",
        "Incident ID",
        "Occurrence No",
        "Log number",
        "Occurrence number",
        "Occurrence ref",
    ),
    "incident_datetime": ("Incident date", "Date of incident", "Incident date/time", "Offence date", "Occurred"),
    "reported_datetime": ("Reported", "Date reported", "Reported date", "Report date"),
    "crime_number": ("Crime no", "Crime ref", "Crime reference"),
    "crn": ("Case reference number", "Case ref", "Probation number", "Delius CRN"),
    "pnc_id": ("PNC", "PNC number", "PNCID"),
    "suspect_pnc_id": ("PNC", "PNC number", "PNCID", "Suspect PNC"),
    "risk_grade": ("Risk", "DASH grade", "Risk level", "DASH risk"),
    "provider_ods_code": (
        "ODS",
        "ODS code",
        "Org code",
        "Organisation code",
        "Provider",
        "Provider code",
        "Trust code",
    ),
    "urn": ("School URN", "Establishment number"),
    "setting_urn": ("URN", "School URN"),
    "disability": ("Disabled", "Is disabled", "Disability code"),
    "case_status": ("Status", "Plan", "Plan type"),
    "mother_forename": ("Mother first name", "Mum forename", "Mother given name"),
    "mother_surname": ("Mother last name", "Mum surname", "Mother family name"),
    "mother_date_of_birth": ("Mother DOB", "Mum DOB"),
    "mother_nhs_number": ("Mother NHS No", "Mother NHS", "Mum NHS number"),
}
_BY_NAME = {heading(name): frozenset(heading(other) for other in others) for name, others in _OTHER_NAMES.items()}
_OWNERS = ("child", "patient", "pupil", "person", "client", "service user")


@lru_cache
def synonyms(name: str) -> frozenset[str]:
    """Return the other names of a column, in the form of `heading`; none where no other is known.

    `child_date_of_birth` goes by the other names of `date_of_birth`, and by the same with `child` or `pupil` before.
    """
    own = heading(name).removeprefix("child") if heading(name) not in _BY_NAME else heading(name)
    others = _BY_NAME.get(own, frozenset())
    if not others:
        return frozenset()
    owned = {heading(owner) + other for owner in _OWNERS for other in (*others, own)}
    return (others | owned | {own}) - {heading(name)}
