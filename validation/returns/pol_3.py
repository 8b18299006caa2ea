"""POL-3: suspects and perpetrators of domestic abuse linked to the households of the children."""

from models.words import long
from validation.contract.codes import RISK_GRADE, YN, YNU
from validation.contract.context import Context
from validation.contract.model import Column, Contract, Sheet, raw, v
from validation.contract.rules import Row, Rule
from validation.contract.table_rules import crn, mappa, once, pnc_id

# The Domestic Abuse Act 2021 speaks of persons who are both 16 or over.
_YOUNGEST = 16

_COLUMNS = (
    Column("suspect_ref", "string", "Your pseudonymous reference of the person.", "S10023", "yes"),
    Column("pnc_id", "string", "The person's PNC ID.", "2003/0011985X", shape="upper"),
    Column("date_of_birth", "date", "The person's date of birth.", "02/05/1988", "yes"),
    Column("incidents_12m", "integer", "Incidents in the last 12 months.", "3", "yes", minimum=1),
    Column("highest_risk", "category", "The highest risk grade of those incidents.", "high", "yes", RISK_GRADE),
    Column("mappa_category", "integer", "MAPPA category, 0 if none.", "0", "yes", minimum=0, maximum=4),
    Column("mappa_level", "integer", "MAPPA level, 0 if none.", "0", "yes", minimum=0, maximum=3),
    Column("managed_by_probation", "category", "Whether probation manages the person.", "Yes", "yes", YNU),
    Column("serial_perpetrator", "category", "Whether there were 2 or more victims.", "No", "yes", YN),
    Column(
        "disclosure_scheme_applications",
        "integer",
        "Applications under the domestic violence disclosure scheme about the person.",
        "0",
        "yes",
        minimum=0,
    ),
    Column("crn", "string", "Probation's number for the person, if you hold it.", "X123456", shape="upper"),
)


def _rules(context: Context) -> tuple[Rule, ...]:
    unfindable = (v("managed_by_probation") == "Yes") & raw("crn").is_null() & raw("pnc_id").is_null()
    nameless: Row = {"crn": None, "pnc_id": None}
    return (
        once("POL-3", "suspect_ref", ("suspect_ref",), "2 rows have the same reference. Give each person one row."),
        pnc_id("POL-3", "pnc_id"),
        Rule(
            "POL-3.date_of_birth.age",
            column="date_of_birth",
            severity="error",
            fails_where=v("date_of_birth").dt.offset_by(f"{_YOUNGEST}y") > context.announced,
            cellwise=True,
            message=(
                f"The person was younger than {_YOUNGEST} on {long(context.announced)}, so at every incident. Check "
                "the date of birth, for example 02/05/1988, or leave the row out if it is right."
            ),
            source="Domestic Abuse Act 2021 s.1",
            fails_on=({"date_of_birth": "01/01/2015"},),
        ),
        mappa("POL-3", "mappa_level", "mappa_category"),
        crn("POL-3", "crn"),
        Rule(
            "POL-3.managed_by_probation.findable",
            column="managed_by_probation",
            severity="query",
            fails_where=unfindable,
            message=(
                "Probation manages the person but there is neither a CRN nor a PNC ID to look for. Give one, for "
                "example X123456, or explain why neither is held."
            ),
            source="X07",
            fails_on=(nameless,),
        ),
    )


POL_3 = Contract(
    "POL-3",
    "Domestic abuse suspects and perpetrators linked to the children's households",
    "police",
    "One row for each person suspected of, or known for, abuse in a household of the list LA-DA.",
    (Sheet("POL-3", _COLUMNS, ("suspect_ref",), _rules),),
)
