"""PRO-1: people on probation who are domestic abuse perpetrators, and on a second sheet the children linked to them."""

import polars as pl

from models.areas import PROBATION_REGIONS, area
from models.timetable import add_working_days
from validation.contract.codes import DA_FLAG, ORDER_TYPE, PROGRAMME, ROSH, SARA, YNU
from validation.contract.context import Context
from validation.contract.derived import needed
from validation.contract.identifiers import NOMS, bad_form
from validation.contract.identity import CHILDREN, block, identity_rules
from validation.contract.model import PARENT_KNOWN, Code, CodeSet, Column, Contract, Sheet, raw, v
from validation.contract.rules import Rule
from validation.contract.table_rules import crn, in_order, mappa, not_after, once, pnc_id

_ROLES = CHILDREN["PRO-1"][1]
_ADULT = 18
_OASYS_DAYS = 15
_REGIONS = CodeSet("PROBATION_REGION", tuple(Code(r, r) for r in PROBATION_REGIONS))
_PARTS = ("rosh_children", "rosh_known_adult", "rosh_public", "rosh_staff")
_CRN = Column("crn", "string", "The case reference number: a letter and 6 digits.", "X123456", "yes", shape="upper")

_COLUMNS = (
    _CRN,
    Column("noms_number", "string", "The prison number, if there is one.", "A1234BC", shape="upper"),
    Column("pnc_id", "string", "The PNC ID.", "2003/0011985X", shape="upper"),
    Column("date_of_birth", "date", "The person's date of birth.", "02/05/1988", "yes"),
    Column("probation_region", "category", "The region that manages the person.", "South Central", "yes", _REGIONS),
    Column("pdu", "string", "The probation delivery unit.", "Berkshire", "yes"),
    Column("order_type", "category", "The kind of order or licence.", "community_order", "yes", ORDER_TYPE),
    Column("order_start", "date", "When it began.", "01/10/2024", "yes"),
    Column("order_end", "date", "When it ends or ended.", "30/09/2025"),
    Column("da_flag_basis", "category", "Why the person is known as a perpetrator.", "index_offence", "yes", DA_FLAG),
    Column("oasys_date", "date", "The latest OASys assessment.", "15/10/2024"),
    Column("rosh_overall", "category", "Risk of serious harm, overall: the highest of the parts.", "HIGH", "yes", ROSH),
    Column("rosh_children", "category", "Risk of serious harm to children.", "MEDIUM", "yes", ROSH),
    Column("rosh_known_adult", "category", "Risk of serious harm to a known adult.", "HIGH", "yes", ROSH),
    Column("rosh_public", "category", "Risk of serious harm to the public.", "LOW", "yes", ROSH),
    Column("rosh_staff", "category", "Risk of serious harm to staff.", "LOW", "yes", ROSH),
    Column("sara_completed", "category", "Whether a SARA assessment was completed.", "Yes", "yes", YNU),
    Column(
        "sara_partner",
        "category",
        "SARA: risk to the partner.",
        "high",
        "conditional",
        SARA,
        when="if SARA was completed",
    ),
    Column(
        "sara_others",
        "category",
        "SARA: risk to others.",
        "moderate",
        "conditional",
        SARA,
        when="if SARA was completed",
    ),
    Column(
        "rsr_score", "decimal", "The risk of serious recidivism score, as a percentage.", "4.25", minimum=0, maximum=100
    ),
    Column("mappa_category", "integer", "MAPPA category, 0 if none.", "0", "yes", minimum=0, maximum=4),
    Column("mappa_level", "integer", "MAPPA level, 0 if none.", "0", "yes", minimum=0, maximum=3),
    Column("programme", "category", "The programme that addresses the abuse.", "accredited_da", "yes", PROGRAMME),
    Column("lives_with_children", "category", "Whether the person lives with children.", "Yes", "yes", YNU),
    Column("children_linked", "integer", "How many children are linked to the person.", "1", "yes", minimum=0),
    Column(
        "child_la_ids",
        "list",
        "The council's numbers of those children; better, use the sheet Children.",
        "CH000123; CH000124",
    ),
    Column("csc_checks_made", "category", "Whether children's social care was asked.", "Yes", "yes", YNU),
    Column("csc_check_date", "date", "When it was asked.", "03/10/2024", "conditional", when="if it was asked"),
    Column(
        "police_da_checks_made", "category", "Whether the police were asked about domestic abuse.", "Yes", "yes", YNU
    ),
    Column(
        "police_check_date", "date", "When they were asked.", "03/10/2024", "conditional", when="if they were asked"
    ),
    Column("home_visit_date", "date", "The latest home visit.", "20/11/2024"),
)


def _rules(context: Context) -> tuple[Rule, ...]:
    return (*_person(context), *_order(context), *_risk(), *_checks(context))


def _person(context: Context) -> tuple[Rule, ...]:
    minor = v("date_of_birth").dt.offset_by(f"{_ADULT}y") > v("order_start")
    region = area(context.gss).probation_region if context.gss else None
    elsewhere = (v("probation_region") != region) if region else pl.lit(False)
    rules = (
        crn("PRO-1", "crn"),
        once("PRO-1", "crn", ("crn",), "2 rows have the same CRN. Give each person one row."),
        Rule(
            "PRO-1.noms_number.format",
            column="noms_number",
            severity="error",
            fails_where=bad_form(v("noms_number"), NOMS),
            cellwise=True,
            message=(
                "The prison number is not a letter, 4 digits and 2 letters. Copy it again; a good one is A1234BC."
            ),
            source="HMPPS",
            fails_on=({"noms_number": "1234ABC"},),
        ),
        pnc_id("PRO-1", "pnc_id"),
        Rule(
            "PRO-1.date_of_birth.age",
            column="date_of_birth",
            severity="error",
            fails_where=minor,
            message="The person was younger than 18 when the order began. Check both dates, and fix the wrong one.",
            source="domain list PRO-1",
            fails_on=({"date_of_birth": "01/01/2015"},),
        ),
    )
    if region is None:
        return rules
    message = (
        f"The person is not managed by the region of the inspected area, which is {region}. Check that the list was "
        "drawn for this area."
    )
    other = next(r for r in PROBATION_REGIONS if r != region)
    where = Rule(
        "PRO-1.probation_region.area",
        column="probation_region",
        severity="error",
        fails_where=elsewhere,
        cellwise=True,
        message=message,
        source="domain list PRO-1",
        passes_on=({"probation_region": region},),
        fails_on=({"probation_region": other},),
    )
    return (*rules, where)


def _order(context: Context) -> tuple[Rule, ...]:
    ended = (v("order_end") < context.window_start) | (v("order_start") > context.announced)
    # An order of the last weeks may still wait for its assessment.
    settled = add_working_days(context.extracted, -_OASYS_DAYS)
    return (
        in_order(
            "PRO-1",
            "order_start",
            "order_start",
            "order_end",
            "The order starts after it ends. Check both dates, and fix the wrong one.",
            {"order_start": "01/01/2025", "order_end": "01/12/2024"},
        ),
        Rule(
            "PRO-1.order_start.window",
            column="order_start",
            severity="error",
            fails_where=ended,
            message=(
                "The order was not in force in the window. Check its dates; if they are right, leave the person out."
            ),
            source="X09",
            fails_on=({"order_start": "01/01/2020", "order_end": "01/01/2021"},),
        ),
        Rule(
            "PRO-1.oasys_date.absent",
            column="oasys_date",
            severity="query",
            fails_where=raw("oasys_date").is_null() & (v("order_start") <= settled),
            message=(
                f"There is no OASys assessment {_OASYS_DAYS} working days after the order began. Give its date, or "
                "explain why there is none."
            ),
            source="domain list PRO-1",
            fails_on=({"oasys_date": None},),
        ),
    )


def _risk() -> tuple[Rule, ...]:
    rank = {code: n for n, code in enumerate(ROSH.values)}
    level = {c: v(c).replace_strict(rank, default=None, return_dtype=pl.Int8) for c in ("rosh_overall", *_PARTS)}
    highest = pl.max_horizontal(level[c] for c in _PARTS)
    # A part that cannot be read breaks a rule of its own; until it is fixed, nobody knows which part is the highest.
    judged = pl.all_horizontal(v(c).is_not_null() for c in _PARTS)
    sara = v("sara_completed") == "Yes"
    return (
        Rule(
            "PRO-1.rosh_overall.highest",
            column="rosh_overall",
            severity="query",
            fails_where=judged & (level["rosh_overall"] != highest),
            message=(
                "The overall risk is not the highest of its parts. Check the 5 cells, or explain why they are right."
            ),
            source="OASys",
            fails_on=({"rosh_overall": "LOW"},),
        ),
        Rule(
            "PRO-1.sara_completed.no",
            column="sara_completed",
            severity="query",
            fails_where=v("sara_completed") == "No",
            cellwise=True,
            message=(
                "The person is known as a perpetrator but has no SARA assessment. Answer Yes if there is one, or "
                "explain why there is none."
            ),
            source="domain list PRO-1",
            fails_on=({"sara_completed": "No"},),
        ),
        needed("PRO-1", "sara_partner", sara, "where SARA was completed", "high"),
        needed("PRO-1", "sara_others", sara, "where SARA was completed", "moderate"),
        mappa("PRO-1", "mappa_level", "mappa_category"),
    )


def _checks(context: Context) -> tuple[Rule, ...]:
    day = context.extracted
    return (
        needed(
            "PRO-1",
            "csc_check_date",
            v("csc_checks_made") == "Yes",
            "where children's social care was asked",
            "03/10/2024",
        ),
        needed(
            "PRO-1",
            "police_check_date",
            v("police_da_checks_made") == "Yes",
            "where the police were asked",
            "03/10/2024",
        ),
        not_after("PRO-1", "csc_check_date", day, "The check with children's social care"),
        not_after("PRO-1", "police_check_date", day, "The check with the police"),
        not_after("PRO-1", "home_visit_date", day, "The home visit"),
        not_after("PRO-1", "oasys_date", day, "The assessment"),
    )


def _child_rules(context: Context) -> tuple[Rule, ...]:
    message = (
        "The CRN is not on the first sheet. Add the person there, or copy the CRN from there, for example X123456."
    )
    crn_listed = Rule(
        "PRO-1.Children.crn.known",
        column="crn",
        severity="error",
        fails_where=~pl.col(PARENT_KNOWN),
        cellwise=True,
        message=message,
        source="domain list PRO-1",
        fails_on=({"crn": "X999999"},),
    )
    return (crn("PRO-1.Children", "crn"), crn_listed, *identity_rules(context, _ROLES))


PRO_1 = Contract(
    "PRO-1",
    "People on probation who are domestic abuse perpetrators",
    "probation",
    "One row for each person with an order in force in the window; on the sheet Children, one row for each child "
    "linked to "
    "them.",
    (
        Sheet("PRO-1", _COLUMNS, ("crn",), _rules),
        Sheet("Children", (_CRN, *block(_ROLES)), ("crn", "nhs_number"), _child_rules, optional=True, parent="crn"),
    ),
)
