"""Tables of the safeguarding dataset fill the lists of the council, each row accounted for, and nothing is made up."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.themes import theme
from validation.contract.codes import FACTORS
from validation.contract.context import Context
from validation.engine.checking import headings
from validation.files.readers import read
from validation.filling.census import read_census
from validation.filling.extract import filled_from
from validation.filling.filled import Filling
from validation.filling.safeguarding import FIELDS, codes_in, yes_or_no
from validation.telling.pages import Page, to_csv, write_pages

_CONTEXT = Context(theme("domestic-abuse-2024"), date(2025, 2, 24), "E06000038")

Table = Sequence[Mapping[str, str]]

PERSON: Table = [
    {"pers_person_id": "CH1", "pers_upn": "H801200001001", "pers_gender": "F", "pers_ethnicity": "A1"}
    | {"pers_dob": "2020-03-14 00:00:00"},
    {"pers_person_id": "CH2", "pers_gender": "I", "pers_ethnicity": "WBRI", "pers_dob": "2019-05-01 00:00:00"},
    {"pers_person_id": "CH3", "pers_gender": "M", "pers_ethnicity": "WBRI", "pers_dob": "2021-01-05 00:00:00"},
]
TABLES: dict[str, Table] = {
    "ssd_person": PERSON,
    "ssd_disability": [{"disa_person_id": "CH1", "disa_disability_code": "NONE"}],
    "ssd_contacts": [
        {"cont_person_id": "CH1", "cont_contact_date": "2024-10-18", "cont_contact_source_code": "6"},
        {"cont_person_id": "CH3", "cont_contact_date": "2024-11-02", "cont_contact_source_code": "1A"},
        {"cont_person_id": "CH3", "cont_contact_date": "2023-11-02", "cont_contact_source_code": "1A"},
    ],
    "ssd_cin_episodes": [
        {"cine_referral_id": "R1", "cine_person_id": "CH1", "cine_referral_date": "2024-10-20 00:00:00"}
        | {"cine_referral_source_code": "6", "cine_referral_nfa": "N", "cine_cin_primary_need_code": "N1"}
        | {"cine_referral_team": "T1", "cine_referral_worker_id": "SW1"},
        {"cine_referral_id": "R2", "cine_person_id": "CH2", "cine_referral_date": "2024-12-01"}
        | {"cine_referral_source_code": "6", "cine_referral_nfa": "Y", "cine_cin_primary_need_code": "N1"},
    ],
    "ssd_cin_assessments": [
        {"cina_assessment_id": "A1", "cina_person_id": "CH1", "cina_referral_id": "R1"}
        | {"cina_assessment_start_date": "2024-10-21", "cina_assessment_auth_date": "2024-11-20"}
        | {"cina_assessment_child_seen": "Y", "cina_assessment_outcome_nfa": "N", "cina_assessment_team": "T9"},
        {"cina_assessment_id": "A2", "cina_person_id": "CH2", "cina_referral_id": "R2"}
        | {"cina_assessment_start_date": "2024-12-02", "cina_assessment_outcome_nfa": "N"},
    ],
    "ssd_assessment_factors": [
        {"cinf_assessment_id": "A1", "cinf_assessment_factors_json": '["3B", "4B"]'},
        {"cinf_assessment_id": "A2", "cinf_assessment_factors_json": '{"3B": "No", "16A": "Yes"}'},
    ],
    "ssd_cin_plans": [
        {"cinp_referral_id": "R1", "cinp_person_id": "CH1", "cinp_cin_plan_start_date": "2024-11-25"}
        | {"cinp_cin_plan_end_date": "2024-12-14"},
    ],
    "ssd_cin_visits": [
        {"cinv_person_id": "CH1", "cinv_cin_visit_date": "2024-12-01", "cinv_cin_visit_seen": "Y"},
        {"cinv_person_id": "CH1", "cinv_cin_visit_date": "2024-12-20", "cinv_cin_visit_seen": "N"},
    ],
    "ssd_s47_enquiry": [
        {"s47e_s47_enquiry_id": "E1", "s47e_referral_id": "R1", "s47e_person_id": "CH1"}
        | {"s47e_s47_start_date": "2024-12-01", "s47e_s47_end_date": "2024-12-10"},
    ],
    "ssd_initial_cp_conference": [
        {"icpc_s47_enquiry_id": "E1", "icpc_person_id": "CH1", "icpc_icpc_date": "2024-12-15"}
        | {"icpc_icpc_outcome_cp_flag": "Y"},
    ],
    "ssd_cp_plans": [
        {"cppl_cp_plan_id": "P1", "cppl_referral_id": "R1", "cppl_person_id": "CH1"}
        | {"cppl_cp_plan_start_date": "2024-12-15", "cppl_cp_plan_initial_category": "EMO"}
        | {"cppl_cp_plan_latest_category": "NEG"},
    ],
    "ssd_cp_visits": [
        {"cppv_person_id": "CH1", "cppv_cp_plan_id": "P1", "cppv_cp_visit_date": day, "cppv_cp_visit_seen": "Y"}
        | {"cppv_cp_visit_seen_alone": alone}
        for day, alone in (("2025-02-10", "Y"), ("2025-01-20", "N"))
    ],
    "ssd_cp_reviews": [{"cppr_cp_plan_id": "P1", "cppr_cp_review_date": "2025-01-30"}],
    "ssd_department": [{"dept_team_id": "T1", "dept_team_name": "Assessment team 2"}],
}


def sheets(tables: Mapping[str, Table]) -> dict[str, list[list[str]]]:
    """Return tables with every field that is taken, and one that is not."""
    return {
        name: [
            [*FIELDS[name], "other_field"],
            *([row.get(field, "") for field in FIELDS[name]] + ["x"] for row in rows),
        ]
        for name, rows in tables.items()
    }


def filled(tables: Mapping[str, Table], *more: bytes) -> Filling:
    """Return what comes of a workbook with tables, and of other files with it."""
    data = write_pages([Page(name, rows) for name, rows in sheets(tables).items()], "xlsx")
    return filled_from([read(each, headings()) for each in (data, *more)], _CONTEXT)


def cells(filling: Filling, code: str) -> list[dict[str, str | None]]:
    return filling.returns[code].frame.to_dicts()


def test_each_list_is_filled_from_its_tables() -> None:
    filling = filled(TABLES)
    assert filling.kind == "Standard safeguarding dataset"
    assert [(row["Child Unique ID"], row["Date of Contact"]) for row in cells(filling, "LA-1")] == [
        ("CH1", "18/10/2024"),
        ("CH3", "02/11/2024"),
    ]
    referral = cells(filling, "LA-3")[0]
    assert (referral["Date of referral"], referral["Referral NFA?"]) == ("20/10/2024", "No")
    assert (referral["Allocated Team"], referral["Allocated Worker"]) == ("Assessment team 2", "SW1")
    assert (referral["Gender"], referral["Ethnicity"], referral["Date of Birth"]) == ("F", "WBRI", "14/03/2020")
    first, second = cells(filling, "LA-4")
    support = "Was the child assessed as requiring LA children's social care support?"
    assert (first[support], first["Child Seen During Continuous Assessment"]) == ("Yes", "Yes")
    # An assessment that goes on has no outcome, and a team that no department names stands by its id.
    assert (second[support], first["Allocated Team"], first["Does the Child have a Disability"]) == (None, "T9", "No")
    (enquiry,) = cells(filling, "LA-5")
    assert enquiry["Date of Initial Child Protection Conference"] == "15/12/2024"
    assert enquiry["Did the Initial Child Protection Conference Result in a Child Protection Plan"] == "Yes"
    (need,) = cells(filling, "LA-6")
    assert (need["Case Status"], need["CIN Start Date"]) == ("child_protection_plan", "25/11/2024")
    # The last visit of the case at which the child was seen.
    assert need["Date Child Was Last Seen"] == "10/02/2025"
    (plan,) = cells(filling, "LA-7")
    assert (plan["Date of the Last Statutory Visit"], plan["Was the Child Seen Alone?"]) == ("10/02/2025", "Yes")
    assert (plan["Latest Category of Abuse"], plan["Date of latest review conference"]) == ("NEG", "30/01/2025")


def test_l14_every_row_of_a_table_is_in_its_list_or_left_out_with_a_reason() -> None:
    filling = filled(TABLES)
    for code, table in (("LA-1", "ssd_contacts"), ("LA-3", "ssd_cin_episodes"), ("LA-4", "ssd_cin_assessments")):
        of_list = filling.returns[code]
        left_out = sum(each.count for each in of_list.left_out)
        assert of_list.counted == of_list.rows + left_out == len(TABLES[table])
        assert all(each.reason for each in of_list.left_out)


def test_children_are_listed_by_factors_and_who_was_never_assessed_stays() -> None:
    filling = filled(TABLES)
    cohort = {row["la_child_id"]: row for row in cells(filling, "LA-DA")}
    # CH2's factors are no longer those of the theme, since 3B is answered No; CH3 was never assessed.
    assert set(cohort) == {"CH1", "CH3"}
    assert (cohort["CH1"]["da_factor_codes"], cohort["CH1"]["upn"]) == ("3B; 4B", "H801200001001")
    assert cohort["CH3"]["da_factor_codes"] is None


def test_a_child_in_care_is_one_in_the_list_of_children_in_need_and_list_8_is_not_filled() -> None:
    care = [{"clae_person_id": "CH1", "clae_cla_episode_start_date": "2025-01-02"}]
    ended = [care[0] | {"clae_cla_episode_ceased_date": "2025-02-01"}]
    assert cells(filled(TABLES | {"ssd_cla_episodes": care}), "LA-6")[0]["Case Status"] == "looked_after"
    assert cells(filled(TABLES | {"ssd_cla_episodes": ended}), "LA-6")[0]["Case Status"] == "child_protection_plan"
    assert "LA-8" not in filled(TABLES | {"ssd_cla_episodes": care}).returns


def test_what_the_extract_lacks_is_said_and_not_made_up() -> None:
    filling = filled({"ssd_contacts": TABLES["ssd_contacts"]})
    assert filling.notes == (
        "The extract lacks ssd_person, ssd_disability and ssd_assessment_factors, so that what they hold of the "
        "children is missing.",
    )
    assert [row["Gender"] for row in cells(filling, "LA-1")] == [None, None]
    assert {row["la_child_id"] for row in cells(filling, "LA-DA")} == {"CH1", "CH3"}
    without_word = filled({name: rows for name, rows in TABLES.items() if name != "ssd_disability"})
    assert {row["Does the Child have a Disability"] for row in cells(without_word, "LA-4")} == {None}


def test_tables_come_as_text_files_too_in_any_order_of_fields() -> None:
    files = []
    for rows in sheets(TABLES).values():
        turned = [list(reversed(row)) for row in rows]
        files.append(read(to_csv(turned), headings()))
    assert filled_from(files, _CONTEXT).to_dict() == filled(TABLES).to_dict()


def test_a_census_beside_the_tables_is_not_mixed_with_them() -> None:
    from tests.validation.filling.test_census import _census, _child

    data = write_pages([Page(name, rows) for name, rows in sheets(TABLES).items()], "xlsx")
    both = filled_from([read(data, headings())], _CONTEXT, read_census(_census(_child("CH9")), _CONTEXT))
    assert "Nothing is taken from the census: the tables of the safeguarding dataset go before it." in both.notes
    assert cells(both, "LA-3") == cells(filled(TABLES), "LA-3")


def test_a_sheet_that_is_no_table_of_ours_is_named_by_its_place() -> None:
    data = write_pages(
        [*(Page(n, r) for n, r in sheets(TABLES).items()), Page("ssd_missing", [["miss_id"], ["1"]])], "xlsx"
    )
    notes = filled_from([read(data, headings())], _CONTEXT).notes
    assert notes == (f"Nothing is taken from sheet {len(TABLES) + 1}: we know no return that they fill.",)


def test_no_field_is_of_two_tables() -> None:
    fields = [field for table in FIELDS.values() for field in table]
    assert len(fields) == len(set(fields))


@given(st.lists(st.sampled_from([code.code for code in FACTORS.codes]), unique=True), st.booleans())
def test_factors_are_read_as_a_list_and_as_an_object(codes: list[str], as_object: bool) -> None:
    listed = ", ".join(f'"{code}": "Yes"' if as_object else f'"{code}"' for code in codes)
    assert codes_in(f"{{{listed}}}" if as_object else f"[{listed}]") == codes


@pytest.mark.parametrize(
    ("text", "read_as"), [("Y", "Yes"), ("0", "No"), ("TRUE", "Yes"), ("maybe", "maybe"), (None, None)]
)
def test_a_flag_that_is_neither_stands_as_it_was_typed(text: str | None, read_as: str | None) -> None:
    assert yes_or_no(text) == read_as
