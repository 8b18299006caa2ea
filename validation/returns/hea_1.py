"""HEA-1: health services' involvement with the children, one row for each child and service."""

import polars as pl

from validation.contract.codes import ENQUIRY, HV_LEVEL, HV_STAGE, SERVICE, YN, YNU
from validation.contract.context import Context
from validation.contract.derived import needed
from validation.contract.identity import CHILDREN, block, identity_rules
from validation.contract.model import Column, Contract, Sheet, raw, v
from validation.contract.rules import Rule
from validation.contract.table_rules import in_order, in_window, not_after, ods_code, once

_ROLES = CHILDREN["HEA-1"][1]
_UNBORN: dict[str, str | None] = {
    "date_of_birth": None,
    "expected_date_of_birth": "02/06/2025",
    "nhs_number": None,
    "sex": "U",
}
_FIRST_YEARS = 2
# The Sexual Offences Act 2003: a child under 13 cannot consent in law.
_CONSENT_YEARS = 13

_COLUMNS = (
    Column(
        "nhs_number",
        "string",
        "The child's NHS number: 10 digits.",
        "9434765919",
        "conditional",
        when="unless unborn",
        shape="compact",
    ),
    Column("la_child_id", "string", "The council's own number for the child, if you hold it.", "CH000123"),
    Column(
        "mother_nhs_number",
        "string",
        "The mother's NHS number.",
        "9434765870",
        "conditional",
        when="if unborn",
        shape="compact",
    ),
    Column("provider_ods_code", "string", "The ODS code of the provider.", "RHW01", "yes", shape="upper"),
    Column("service", "category", "The service that saw the child.", "health_visiting", "yes", SERVICE),
    Column("first_contact", "date", "The service's first contact with the child.", "02/04/2020", "yes"),
    Column("last_contact", "date", "The latest contact; it must be in the window.", "14/01/2025", "yes"),
    Column("da_known_to_service", "category", "Whether the service knew of the abuse.", "Yes", "yes", YNU),
    Column(
        "routine_enquiry_made",
        "category",
        "Whether the mother was asked about abuse.",
        "Yes",
        "conditional",
        ENQUIRY,
        when="for maternity and health visiting",
    ),
    Column("risk_checklist_done", "category", "Whether a risk checklist was completed.", "No", codes=YN),
    Column(
        "referral_to_csc_date", "date", "When the service referred the child to children's social care.", "15/01/2025"
    ),
    Column(
        "hv_contact_stage",
        "category",
        "The stage of the latest health visiting contact.",
        "2_2_5_years",
        "conditional",
        HV_STAGE,
        when="for health visiting",
    ),
    Column(
        "hv_level",
        "category",
        "The level of health visiting.",
        "targeted",
        "conditional",
        HV_LEVEL,
        when="for health visiting",
    ),
    Column(
        "information_shared_with_marac", "category", "Whether information was shared with the Marac.", "No", "yes", YNU
    ),
)


def _rules(context: Context) -> tuple[Rule, ...]:
    return (*_presence(), *_dates(context), *_facts(context), _young(), *identity_rules(context, _ROLES))


def _presence() -> tuple[Rule, ...]:
    asks = v("service").is_in(["maternity", "health_visiting"])
    visits = v("service") == "health_visiting"
    return (
        needed("HEA-1", "nhs_number", ~_ROLES.unborn, "unless the child is unborn", "9434765919"),
        needed("HEA-1", "mother_nhs_number", _ROLES.unborn, "for an unborn child", "9434765870", **_UNBORN),
        needed("HEA-1", "date_of_birth", ~_ROLES.unborn, "unless an expected date of birth is given", "14/03/2020"),
        needed("HEA-1", "routine_enquiry_made", asks, "for maternity and health visiting", "Yes"),
        needed("HEA-1", "hv_contact_stage", visits, "for health visiting", "2_2_5_years"),
        needed("HEA-1", "hv_level", visits, "for health visiting", "targeted"),
    )


def _dates(context: Context) -> tuple[Rule, ...]:
    first, last = "first_contact", "last_contact"
    return (
        in_order(
            "HEA-1",
            first,
            first,
            last,
            "The first contact is after the last. Check both dates, and fix the wrong one.",
            {first: "16/01/2025", last: "14/01/2025"},
        ),
        in_window("HEA-1", last, context, "The last contact", {first: "01/02/2021", last: "01/03/2021"}),
        not_after("HEA-1", "referral_to_csc_date", context.announced, "The referral"),
    )


def _young() -> Rule:
    """Return the query whether children's social care was notified of a sexual health patient under 13."""
    young = v("date_of_birth").dt.offset_by(f"{_CONSENT_YEARS}y") > v("last_contact")
    return Rule(
        "HEA-1.referral_to_csc_date.under_13",
        column="referral_to_csc_date",
        severity="query",
        fails_where=(v("service") == "sexual_health") & young & raw("referral_to_csc_date").is_null(),
        message=(
            f"A sexual health service saw a child under {_CONSENT_YEARS}, who cannot consent, but there is no referral "
            "to children's social care. Enter its date, for example 15/01/2025, or explain what was done."
        ),
        source="Sexual Offences Act 2003 ss.5-8",
        passes_on=({"service": "gp", "referral_to_csc_date": None},),
        fails_on=({"service": "sexual_health", "referral_to_csc_date": None},),
        added=True,
    )


def _facts(context: Context) -> tuple[Rule, ...]:
    grown = v("date_of_birth").dt.offset_by(f"{_FIRST_YEARS}y") <= pl.lit(context.announced)
    both = v("date_of_birth").is_not_null() & v("expected_date_of_birth").is_not_null()
    return (
        ods_code("HEA-1", "provider_ods_code"),
        Rule(
            "HEA-1.hv_contact_stage.age",
            column="hv_contact_stage",
            severity="error",
            fails_where=(v("hv_contact_stage") == "antenatal") & grown,
            message=(
                "An antenatal contact is for a child unborn or under 2. Check both: a good stage for an older child "
                "is 2_2_5_years."
            ),
            source="domain list HEA-1",
            fails_on=({"hv_contact_stage": "antenatal"},),
        ),
        Rule(
            "HEA-1.expected_date_of_birth.born",
            column="expected_date_of_birth",
            severity="error",
            fails_where=both,
            message=(
                "A child who is born has no expected date of birth. Blank the expected date, or the date of birth if "
                "the child is unborn."
            ),
            source="CIN 8525Q",
            fails_on=({"expected_date_of_birth": "02/06/2025"},),
        ),
        once(
            "HEA-1",
            "nhs_number",
            ("nhs_number", "service", "provider_ods_code"),
            "2 rows have the same child, service and provider. Keep one row for each child and service, or explain why "
            "there are 2.",
            severity="query",
        ),
        Rule(
            "HEA-1.mother_nhs_number.twins",
            column="mother_nhs_number",
            severity="query",
            fails_where=_ROLES.unborn
            & v("mother_nhs_number").is_not_null()
            & pl.struct(v("mother_nhs_number"), v("service"), v("provider_ods_code")).is_duplicated(),
            message=(
                "2 rows for unborn children have the same mother, service and provider. We count them as 2 children. "
                "Keep one row for each child, or explain that the mother expects twins."
            ),
            source="this project",
            passes_on=({**_UNBORN}, {**_UNBORN, "service": "gp"}),
            fails_on=({**_UNBORN}, {**_UNBORN}),
        ),
    )


HEA_1 = Contract(
    "HEA-1",
    "Health services' involvement with the children",
    "health",
    "One row for each child and service: every health service that saw the child, or the mother of an unborn child, "
    "in the "
    "window.",
    (Sheet("HEA-1", (*_COLUMNS, *block(_ROLES, {c.name for c in _COLUMNS})), ("nhs_number", "service"), _rules),),
)
