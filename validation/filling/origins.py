"""Where an agency finds what its extract does not hold."""

_ORIGINS = {
    "household_id": "The households or relationships of your case system give one reference for all its children.",
    "expected_date_of_birth": "The pre-birth assessment, or the maternity service.",
    "marac_heard": "The Marac co-ordinator's list of the cases heard in the window.",
    "pre_birth_assessment": "The assessments of your case system.",
    "sex": "The child's record in your case system.",
    "disability": "The child's record in your case system: contacts, early help and referrals do not say it.",
    "case_status": "The child's record in your case system.",
}
_FACTORS = (
    "The factors found at assessment: your case system, the file of your CIN census, or the table "
    "ssd_assessment_factors of the safeguarding dataset."
)
_CONTACTS = "List 1 of Annex A has no contact of these children in the window."
_OTHER = "Your case system."


def origin_of(code: str, column: str, factors: str = "", contacts: tuple[str, ...] = ()) -> str:
    """Return where the values of a column would come from.

    Args:
        code: the return.
        column: whose values are missing.
        factors: the column of the theme's factors, whose name follows the theme.
        contacts: the columns about contacts, likewise.
    """
    if column == factors:
        return _FACTORS
    if column in contacts:
        return _CONTACTS
    return _ORIGINS.get(column, _OTHER) if code == "LA-DA" else _OTHER
