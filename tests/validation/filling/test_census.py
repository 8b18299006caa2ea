"""A census fills the lists as far as it goes, with the theme's factors; what is no census is refused unread."""

from datetime import date

import pytest

from models.themes import theme
from tests.validation.annex_a import council, sheets_of, xlsx
from validation.contract.context import Context
from validation.contract.errors import UnreadableError
from validation.engine.checking import headings
from validation.files.readers import read
from validation.filling.census import is_census, read_census
from validation.filling.extract import filled_from

_CONTEXT = Context(theme("domestic-abuse-2024"), date(2025, 2, 24), "E06000038")


def _child(
    number: str,
    born: str = "2020-03-14",
    factors: tuple[str, ...] = ("3B", "4B"),
    assessed: str = "2024-11-01",
    more: str = "",
) -> str:
    listed = "".join(f"<AssessmentFactors>{code}</AssessmentFactors>" for code in factors)
    birth = f"<PersonBirthDate>{born}</PersonBirthDate><Sex>F</Sex>"
    if not born:
        birth = "<ExpectedPersonBirthDate>2025-05-01</ExpectedPersonBirthDate><Sex>U</Sex>"
    return f"""
    <Child>
      <ChildIdentifiers><LAchildID>{number}</LAchildID><UPN>H801200001001</UPN>{birth}</ChildIdentifiers>
      <ChildCharacteristics>
        <Ethnicity>WBRI</Ethnicity><Disabilities><Disability>NONE</Disability></Disabilities>
      </ChildCharacteristics>
      <CINdetails>
        <CINreferralDate>2024-10-20</CINreferralDate><ReferralSource>6</ReferralSource>
        <PrimaryNeedCode>N1</PrimaryNeedCode><ReferralNFA>0</ReferralNFA>
        <Assessments>
          <AssessmentActualStartDate>{assessed}</AssessmentActualStartDate>
          <AssessmentAuthorisationDate>{assessed}</AssessmentAuthorisationDate>
          <FactorsIdentifiedAtAssessment>{listed}</FactorsIdentifiedAtAssessment>
        </Assessments>
        <CINPlanDates><CINPlanStartDate>2024-11-20</CINPlanStartDate></CINPlanDates>
        {more}
      </CINdetails>
    </Child>"""


def _census(*children: str) -> bytes:
    body = "".join(children)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<Message><Children>{body}</Children></Message>'.encode()


_PLAN = """<Section47><S47ActualStartDate>2024-12-01</S47ActualStartDate><ICPCnotRequired>0</ICPCnotRequired>
  <DateOfInitialCPC>2024-12-15</DateOfInitialCPC></Section47>
  <ChildProtectionPlans><CPPstartDate>2024-12-15</CPPstartDate><InitialCategoryOfAbuse>EMO</InitialCategoryOfAbuse>
  <LatestCategoryOfAbuse>EMO</LatestCategoryOfAbuse><NumberOfPreviousCPP>0</NumberOfPreviousCPP>
  </ChildProtectionPlans>"""


def test_a_census_fills_the_lists_and_the_factors_decide_who_is_in_the_cohort_list() -> None:
    data = _census(
        _child("C1", more=_PLAN),
        _child("C2", factors=("4B",)),
        _child("C3", factors=()),
        _child("C4", born="2009-01-01"),
        _child("C5", born=""),
    )
    assert is_census(data)
    filling = filled_from((), _CONTEXT, read_census(data, _CONTEXT))
    assert filling.kind == "CIN census"
    cohort = filling.returns["LA-DA"]
    assert cohort.frame["la_child_id"].to_list() == ["C1", "C5"]
    assert {each.reason: each.count for each in cohort.left_out} == {
        "no factors recorded at assessment in the census": 1,
        "none of the theme's factors at assessment": 1,
        "outside the theme's ages, under 8": 1,
    }
    assert cohort.counted == 5
    first, unborn = cohort.frame.rows(named=True)
    assert (first["da_factor_codes"], first["upn"], first["case_status"]) == (
        "3B; 4B",
        "H801200001001",
        "child_protection_plan",
    )
    assert (first["date_of_birth"], first["sex"], first["disability"]) == ("14/03/2020", "F", "No")
    assert (unborn["unborn"], unborn["expected_date_of_birth"]) == ("Yes", "01/05/2025")
    assert filling.returns["LA-3"].frame.row(0)[5:8] == ("20/10/2024", "6", "No")
    plan = filling.returns["LA-7"].frame.row(0, named=True)
    assert (plan["Child Protection Plan Start Date"], plan["Latest Category of Abuse"]) == ("15/12/2024", "EMO")
    assert "LA-1" not in filling.returns
    assert "LA-8" not in filling.returns


def test_l14_what_was_over_before_the_window_is_left_out_and_counted() -> None:
    census = read_census(_census(_child("C1"), _child("C2", assessed="2024-05-01")), _CONTEXT)
    filled = filled_from((), _CONTEXT, census).returns["LA-4"]
    assert (filled.counted, filled.rows) == (2, 1)
    assert [(each.reason, each.count) for each in filled.left_out] == [("over before the window, or begun after it", 1)]


def test_beside_annex_a_the_census_gives_the_factors_and_leaves_out_nobody_whom_it_does_not_have() -> None:
    made = council()
    ids = made.returns["LA-1"]["LA-1"]["Child Unique ID"].unique().sort()
    census = read_census(_census(_child(ids[0]), _child(ids[1], factors=("4B",))), _CONTEXT)
    files = [read(xlsx(sheets_of(made)), headings())]
    alone = filled_from(files, _CONTEXT).returns["LA-DA"]
    both = filled_from(files, _CONTEXT, census)
    assert both.kind == "Annex A and CIN census"
    cohort = both.returns["LA-DA"]
    assert set(alone.frame["la_child_id"]) - set(cohort.frame["la_child_id"]) == {ids[1]}
    assert cohort.frame["da_factor_codes"].drop_nulls().to_list() == ["3B; 4B"]


@pytest.mark.parametrize(
    "data",
    [
        b"<?xml version='1.0'?><!DOCTYPE Message [<!ENTITY a 'aaaa'>]><Message><Child>&a;</Child></Message>",
        b"<Message><Child><LAchildID>1</LAchildID></Child>",
        b"<Message></Message>",
        b"<Message>" + b"<a>" * 50 + b"</a>" * 50 + b"</Message>",
        _census("<Child><ChildIdentifiers><LAchildID>" + "9" * 500 + "</LAchildID></ChildIdentifiers></Child>"),
    ],
)
def test_what_is_no_whole_census_is_refused_and_nothing_of_it_is_repeated(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="Export the census again") as refused:
        read_census(data, _CONTEXT)
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None


@pytest.mark.parametrize("data", [b"<?xml version='1.0'?><html/>", b"a,b\n", b"PK\x03\x04"])
def test_other_files_are_no_census(data: bytes) -> None:
    assert not is_census(data)
