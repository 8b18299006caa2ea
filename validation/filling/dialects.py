"""How other systems write Annex A: the headers of the SSD's lists, and spellings of codes that regional tools take.

The headers are those that the standard safeguarding dataset writes for each list, and the looser forms in which the
pipelines of London accept the official ones. The spellings are the older codes of ethnic groups and words for gender.
"""

import re

from validation.contract.codes import spelling
from validation.contract.model import Contract
from validation.files.readers.grid import heading
from validation.returns.annex_a import AGE, BORN, ID

_COMMON = (
    (ID, ("child id", "child identifier", "unique child id", "child unique identifier")),
    (AGE, ("age", "age of child")),
    (BORN, ("child date of birth", "date of birth of child")),
    ("Does the Child have a Disability", ("has disability",)),
)
_OF_LISTS: dict[str, dict[str, tuple[str, ...]]] = {
    "LA-1": {"Date of Contact": ("contact date",)},
    "LA-3": {
        "Date of referral": ("referral date",),
        "Number of Referrals in Last 12 Months": ("referrals last 12 months",),
    },
    "LA-4": {
        "Continuous Assessment Start Date": ("continuous assessment start",),
        "Child Seen During Continuous Assessment": ("continuous assessment child seen",),
        "Continuous Assessment Date of Authorisation": ("continuous assessment auth date",),
        "Was the child assessed as requiring LA children's social care support?": ("CSC support required",),
    },
    "LA-5": {
        "Strategy discussion initiating Section 47 Enquiry Start Date": ("strat discussion date",),
        "Was an Initial Child Protection Conference deemed unnecessary?": ("initial CP conf unnecessary",),
        "Date of Initial Child Protection Conference": ("initial CP conf date",),
        "Did the Initial Child Protection Conference Result in a Child Protection Plan": ("CP conf result in CP plan",),
        "Number of Section 47 Enquiries in the last 12 months": ("number S47s 12m",),
        "Number of ICPCs in the last 12 months": ("number ICPCs 12m",),
    },
    "LA-6": {"Date Child Was Last Seen": ("date child last seen",)},
    "LA-7": {
        "Date of the Last Statutory Visit": ("date of last statutory visit",),
        "Was the Child Seen Alone?": ("child seen alone",),
        "Date of latest review conference": ("date of latest review conf",),
        ("Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)"): (
            "ProtectionLastSixMonths",
            "subject to emergency protection order",
        ),
    },
    "LA-8": {
        "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)": (
            "UASC",
            "UASC 12 months",
            "unaccompanied asylum seeking child",
        ),
        "Date Started to be Looked After": ("loooked after start date", "looked after start date"),
        "Child's Category of Need": ("child category of need",),
        "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)": (
            "subsequent LAC episode last 12 months",
        ),
        "Start date of current legal status": ("most recent legal status start",),
        "Child's Legal Status": ("legal status",),
        "Date of Latest Statutory Review": ("latest statutory review date",),
        "Date of Last Social Work Visit": ("last social work visit date",),
        "What is the permanence plan for this child?": ("permanence plan",),
        "Date of Last IRO Visit / Contact to the Child": ("last IRO visit date",),
        "Date of Last Health Assessment": ("last health assessment date",),
        "Date of Last Dental Check": ("last dental check date",),
        "Number of Placements in the Last 12 months": ("placements last 12 months",),
        "Date Ceased to be Looked After": ("ceased looked after date",),
        "Start Date of Most Recent Placement": ("most recent placement start date",),
        "URN of Placement": ("placement URN",),
        "LA of Placement": ("placement LA",),
        "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months": (
            "episodes child missing from placement",
        ),
        "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months": (
            "episodes child absent from placement",
        ),
        "Was the child offered a Return Interview after their last missing episode (Y/N)?": (
            "child offered return interview after last MFH",
        ),
        "Did the child accept a Return Interview after their last missing episode (Y/N)?": (
            "child accepted return interview after last MFH",
        ),
    },
}

_GROUPS = (
    *(("A1", "WBRI"), ("A2", "WIRI"), ("A3", "WOTH"), ("A4", "WIRT"), ("A5", "WROM")),
    *(("B1", "MWBC"), ("B2", "MWBA"), ("B3", "MWAS"), ("B4", "MOTH")),
    *(("C1", "AIND"), ("C2", "APKN"), ("C3", "ABAN"), ("C4", "AOTH")),
    *(("D1", "BCRB"), ("D2", "BAFR"), ("D3", "BOTH")),
    *(("E1", "CHNE"), ("E2", "OOTH"), ("E3", "REFU"), ("E4", "NOBT"), ("E5", "UNKNOWN")),
)
_SPELLINGS: dict[str, dict[str, str]] = {
    "ETHNICITY": dict(_GROUPS),
    "GENDER": {
        **dict.fromkeys(("unspecified", "gender unspecified", "not recorded unborn"), "U"),
        **dict.fromkeys(("unknown not recorded unborn", "not stated recorded or unborn"), "U"),
        **dict.fromkeys(("unable to classify", "indeterminate gender", "transgender", "gender dysphoria"), "N"),
    },
}
_BY_SPELLING = {name: {spelling(text): code for text, code in some.items()} for name, some in _SPELLINGS.items()}
# An older code in front of words, as in `A1 White British`, or behind them in brackets.
_HEAD = re.compile(r"^\W*([A-E][1-5])\b")
_TAIL = re.compile(r"[(\[]([A-E][1-5]|[A-Z]{4})[)\]]\s*$")


def other_headers(contract: Contract) -> dict[str, str]:
    """Return header in comparable form -> column of an Annex A list, for headers that are not our own."""
    own = {heading(name) for name in contract.main.names}
    wanted = {**dict(_COMMON), **_OF_LISTS.get(contract.code, {})}
    return {
        heading(text): name
        for name, texts in wanted.items()
        if name in contract.main.names
        for text in texts
        if heading(text) not in own
    }


def other_code(text: str, code_set: str, codes: frozenset[str]) -> str | None:
    """Return the code that a spelling of another system means; None where it is none that we know.

    Args:
        text: the cell.
        code_set: the name of the column's set of codes.
        codes: those of the set.
    """
    codes_by_spelling = _BY_SPELLING.get(code_set, {})
    for candidate in (text, *(match[1] for form in (_HEAD, _TAIL) if (match := form.search(text)))):
        code = codes_by_spelling.get(spelling(candidate))
        if code:
            return code
        if candidate in codes:
            return candidate
    return None
