"""Reads tables of the standard safeguarding dataset into the council's lists, and the factors found at assessment.

The names of tables and fields are those that Data to Insight publishes: github.com/data-to-insight/ssd-data-model,
version 1.4.5 of 8 July 2026. A table is known by its fields, on a sheet or in a text file of its own. Only fields that
the lists need are taken. Tables of children in care are read for the status of a case alone: List 8 is not filled.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from models.words import joined
from validation.contract.codes import FACTORS
from validation.contract.context import Context
from validation.files.parsing import day_of
from validation.files.readers.grid import Grid, Read, heading
from validation.files.splitting import HEADER_WITHIN
from validation.filling.cases import CaseRow, Cases, CaseSource, Episode, gathered, need, with_births, with_factors
from validation.returns.annex_a import AGE, BORN, DISABILITY, ETHNICITY_OF, GENDER_OF

DATASET = CaseSource(
    "Standard safeguarding dataset",
    "the tables of the safeguarding dataset",
    "The tables of the dataset tell how it stood when they were drawn.",
)
FIELDS: dict[str, tuple[str, ...]] = {
    "ssd_person": (
        *("pers_person_id", "pers_upn", "pers_sex", "pers_gender", "pers_ethnicity", "pers_dob", "pers_expected_dob"),
    ),
    "ssd_disability": ("disa_person_id", "disa_disability_code"),
    "ssd_contacts": ("cont_person_id", "cont_contact_date", "cont_contact_source_code"),
    "ssd_early_help_episodes": (
        *("earl_person_id", "earl_episode_start_date", "earl_episode_end_date", "earl_episode_organisation"),
    ),
    "ssd_cin_episodes": (
        *("cine_referral_id", "cine_person_id", "cine_referral_date", "cine_cin_primary_need_code"),
        *("cine_referral_source_code", "cine_referral_nfa", "cine_close_reason", "cine_close_date"),
        *("cine_referral_team", "cine_referral_worker_id"),
    ),
    "ssd_cin_assessments": (
        *("cina_assessment_id", "cina_person_id", "cina_referral_id", "cina_assessment_start_date"),
        *("cina_assessment_child_seen", "cina_assessment_auth_date", "cina_assessment_outcome_nfa"),
        *("cina_assessment_team", "cina_assessment_worker_id"),
    ),
    "ssd_assessment_factors": ("cinf_assessment_id", "cinf_assessment_factors_json"),
    "ssd_cin_plans": ("cinp_referral_id", "cinp_person_id", "cinp_cin_plan_start_date", "cinp_cin_plan_end_date"),
    "ssd_cin_visits": ("cinv_person_id", "cinv_cin_visit_date", "cinv_cin_visit_seen"),
    "ssd_s47_enquiry": (
        *("s47e_s47_enquiry_id", "s47e_referral_id", "s47e_person_id", "s47e_s47_start_date", "s47e_s47_end_date"),
        *("s47e_s47_completed_by_team", "s47e_s47_completed_by_worker_id"),
    ),
    "ssd_initial_cp_conference": (
        *("icpc_s47_enquiry_id", "icpc_person_id", "icpc_icpc_date", "icpc_icpc_outcome_cp_flag"),
    ),
    "ssd_cp_plans": (
        *("cppl_cp_plan_id", "cppl_referral_id", "cppl_person_id", "cppl_cp_plan_start_date", "cppl_cp_plan_end_date"),
        *("cppl_cp_plan_initial_category", "cppl_cp_plan_latest_category"),
    ),
    "ssd_cp_visits": (
        *("cppv_person_id", "cppv_cp_plan_id", "cppv_cp_visit_date", "cppv_cp_visit_seen"),
        "cppv_cp_visit_seen_alone",
    ),
    "ssd_cp_reviews": ("cppr_cp_plan_id", "cppr_cp_review_date"),
    "ssd_cla_episodes": ("clae_person_id", "clae_cla_episode_start_date", "clae_cla_episode_ceased_date"),
    "ssd_department": ("dept_team_id", "dept_team_name"),
}
"""Table -> the fields of it that are taken."""

_LEAST = 2  # fields that a row of headers must have; no field is one of two tables
_LISTS_OF = {"ssd_contacts", "ssd_early_help_episodes", "ssd_cin_episodes", "ssd_cp_plans", "ssd_s47_enquiry"}
_MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?$")
_CODE = re.compile(r'"(\d{1,2}[A-F]?)"\s*(?::\s*"([^"]*)")?', re.IGNORECASE)
_YES, _NO = frozenset({"y", "yes", "1", "true", "t"}), frozenset({"n", "no", "0", "false", "f"})
# Indeterminate is N among the genders of Annex A.
_NEITHER = {"I": "N"}

Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Tables:
    """The tables of one extract: name -> rows, each with the fields that are taken."""

    rows: Mapping[str, Sequence[Row]]

    def of(self, table: str) -> Sequence[Row]:
        """Return the rows of a table; none where the extract does not have it."""
        return self.rows.get(table, ())

    def by(self, table: str, field: str) -> dict[str, list[Row]]:
        """Return the rows of a table by one of their fields, in order; those without it are left out."""
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in self.of(table):
            if key := row[field]:
                groups[key].append(row)
        return groups


def taken(files: Sequence[Read]) -> tuple[Tables | None, tuple[Read, ...]]:
    """Return the tables of the dataset in the files of an extract, None where there are none, and all that is left."""
    rows: dict[str, list[Row]] = {}
    left = []
    for file in files:
        grids = []
        for grid in file.grids:
            match = _table_of(grid)
            # A sheet that was taken stays as an empty one: the others keep their places in the workbook.
            grids.append(grid if match is None else _emptied(grid))
            if match is not None:
                table, record, columns = match
                rows.setdefault(table, []).extend(_rows(grid, table, record, columns))
        if any(not grid.frame.is_empty() for grid in grids):
            left.append(replace(file, grids=tuple(grids)))
    # Without a table that fills a list it is no extract of the dataset, and its files stay as they came.
    return (Tables(rows) if _LISTS_OF & set(rows) else None), (tuple(left) if _LISTS_OF & set(rows) else tuple(files))


def _emptied(grid: Grid) -> Grid:
    return Grid(grid.name, grid.frame.clear(), grid.lines.clear(), grid.places.clear(), visible=grid.visible)


def _table_of(grid: Grid) -> tuple[str, int, dict[str, int]] | None:
    """Return which table a sheet is, the record of its headers, and the column of each field; None if it is none."""
    for record, cells in enumerate(grid.frame.head(HEADER_WITHIN).iter_rows()):
        places = {heading(cell): index for index, cell in enumerate(cells) if cell}
        for table, fields in FIELDS.items():
            columns = {field: places[heading(field)] for field in fields if heading(field) in places}
            if len(columns) >= _LEAST:
                return table, record, columns
    return None


def _rows(grid: Grid, table: str, record: int, columns: Mapping[str, int]) -> Iterator[Row]:
    for cells in grid.frame.slice(record + 1).iter_rows():
        row = {field: _cell(cells[columns[field]]) if field in columns else None for field in FIELDS[table]}
        if any(row.values()):
            yield row


def _cell(text: str | None) -> str | None:
    """Return a cell as typed, a day without the midnight that a database puts behind it."""
    return _MIDNIGHT.sub("", text) if text and text.upper() != "NULL" else None


def read_tables(tables: Tables, context: Context) -> Cases:
    """Return what the tables of the dataset say of the children of a council."""
    lists, outside = gathered(_Children(tables, context).rows(), context)
    people = [row for row in tables.of("ssd_person") if row["pers_person_id"]]
    numbers = [str(row["pers_person_id"]) for row in people]
    births = with_births(numbers, [row["pers_upn"] for row in people], [row["pers_expected_dob"] for row in people])
    absent = [name for name in ("ssd_person", "ssd_disability", "ssd_assessment_factors") if not tables.of(name)]
    notes = (
        (f"The extract lacks {joined(absent)}, so that what they hold of the children is missing.",) if absent else ()
    )
    return Cases(DATASET, lists, outside, _factors(tables), births, notes)


def _factors(tables: Tables) -> pl.DataFrame | None:
    """Return the factors of every child who was assessed; None where the extract has no factors of anybody."""
    if not tables.of("ssd_assessment_factors"):
        return None
    by_assessment = tables.by("ssd_assessment_factors", "cinf_assessment_id")
    children: dict[str, dict[str, None]] = {}
    for row in tables.of("ssd_cin_assessments"):
        if not (child := row["cina_person_id"]):
            continue
        codes = children.setdefault(child, {})
        for each in by_assessment.get(row["cina_assessment_id"] or "", []):
            codes |= dict.fromkeys(codes_in(each["cinf_assessment_factors_json"] or ""))
    return with_factors(list(children), [list(codes) for codes in children.values()])


_KNOWN = frozenset(code.code for code in FACTORS.codes)


def codes_in(text: str) -> list[str]:
    """Return the codes of factors in a list of them, or in an object of codes with yes or no."""
    pairs = ((match[1].upper(), (match[2] or "yes").lower()) for match in _CODE.finditer(text))
    return [code for code, answer in pairs if code in _KNOWN and answer in _YES]


def yes_or_no(text: str | None) -> str | None:
    """Return a flag as Yes or No; as typed where it is neither."""
    flag = (text or "").lower()
    return "Yes" if flag in _YES else "No" if flag in _NO else text


def _latest(rows: Sequence[Row], field: str) -> Row | None:
    """Return the row with the latest day in a field; None where none has a day."""
    dated = [(day, number) for number, row in enumerate(rows) if (day := day_of(row[field] or ""))]
    return rows[max(dated)[1]] if dated else None


class _Children:
    """The children of an extract, each with what the tables say of them."""

    def __init__(self, tables: Tables, context: Context) -> None:
        self._tables, self._context = tables, context
        self._people = tables.by("ssd_person", "pers_person_id")
        self._disabilities = tables.by("ssd_disability", "disa_person_id")
        self._teams = {row["dept_team_id"]: row["dept_team_name"] for row in tables.of("ssd_department")}
        self._assessments = tables.by("ssd_cin_assessments", "cina_referral_id")
        self._enquiries = tables.by("ssd_s47_enquiry", "s47e_referral_id")
        self._plans = tables.by("ssd_cin_plans", "cinp_referral_id")
        self._protected = tables.by("ssd_cp_plans", "cppl_referral_id")
        self._conferences = tables.by("ssd_initial_cp_conference", "icpc_s47_enquiry_id")
        self._visits, self._reviews = (
            tables.by("ssd_cp_visits", "cppv_cp_plan_id"),
            tables.by("ssd_cp_reviews", "cppr_cp_plan_id"),
        )
        self._seen = self._days_seen()
        self._in_care = {row["clae_person_id"] for row in tables.of("ssd_cla_episodes") if self._goes_on(row)}

    def _goes_on(self, row: Row) -> bool:
        over = day_of(row["clae_cla_episode_ceased_date"] or "")
        return over is None or over > self._context.announced

    def _days_seen(self) -> dict[str, list[Row]]:
        """Return the visits at which a child was seen, by child, each with its day."""
        seen: dict[str, list[Row]] = defaultdict(list)
        for table, sign, name in (("ssd_cin_visits", "cinv", "cin"), ("ssd_cp_visits", "cppv", "cp")):
            for row in self._tables.of(table):
                if yes_or_no(row[f"{sign}_{name}_visit_seen"]) == "Yes":
                    seen[row[f"{sign}_person_id"] or ""].append({"day": row[f"{sign}_{name}_visit_date"]})
        return seen

    def rows(self) -> Iterator[CaseRow]:
        """Yield each row that a child makes in the lists."""
        for row in self._tables.of("ssd_contacts"):
            day = row["cont_contact_date"]
            cells = {"Date of Contact": day, "Contact Source": row["cont_contact_source_code"]}
            yield self._row("LA-1", row["cont_person_id"], cells, day, day)
        for row in self._tables.of("ssd_early_help_episodes"):
            start, end = row["earl_episode_start_date"], row["earl_episode_end_date"]
            cells = {"Assessment start date": start, "Assessment completion date": end}
            cells["Organisation completing assessment"] = row["earl_episode_organisation"]
            yield self._row("LA-2", row["earl_person_id"], cells, start, end)
        for row in self._tables.of("ssd_cin_episodes"):
            yield from self._referral(row)
        for row in self._tables.of("ssd_cin_assessments"):
            yield self._assessment(row)
        for row in self._tables.of("ssd_s47_enquiry"):
            yield self._enquiry(row)
        for row in self._tables.of("ssd_cp_plans"):
            yield self._plan(row)

    def _row(
        self, code: str, child: str | None, cells: Mapping[str, str | None], first: str | None, last: str | None
    ) -> CaseRow:
        return CaseRow(code, child or "", {**self._of_child(child or ""), **cells}, first, last)

    def _of_child(self, child: str) -> dict[str, str | None]:
        person: Row = self._people.get(child, [{}])[0]
        gender = person.get("pers_gender") or person.get("pers_sex")
        codes = {(row["disa_disability_code"] or "").upper() for row in self._disabilities.get(child, [])} - {""}
        # No row of disabilities is no word that there is none.
        disabled = None if not codes else "No" if codes == {"NONE"} else "Yes"
        return {
            GENDER_OF: _NEITHER.get(gender or "", gender),
            ETHNICITY_OF: person.get("pers_ethnicity"),
            BORN: person.get("pers_dob"),
            AGE: None,
            DISABILITY.name: disabled,
        }

    def _allocated(self, team: str | None, worker: str | None) -> dict[str, str | None]:
        return {"Allocated Team": self._teams.get(team, team), "Allocated Worker": worker}

    def _referral(self, row: Row) -> Iterator[CaseRow]:
        child, referral, day = row["cine_person_id"], row["cine_referral_id"] or "", row["cine_referral_date"]
        allocated = self._allocated(row["cine_referral_team"], row["cine_referral_worker_id"])
        refused = yes_or_no(row["cine_referral_nfa"])
        cells = {"Date of referral": day, "Referral Source": row["cine_referral_source_code"], "Referral NFA?": refused}
        yield self._row("LA-3", child, cells | allocated, day, day)
        episode = self._episode(row, referral)
        if (episode.parts or self._enquiries.get(referral)) and refused != "Yes":
            own = need(episode)
            if child in self._in_care and own["Case Status"] != "closed":
                own["Case Status"] = "looked_after"
            seen = _latest(self._visits_within(child or "", day, row["cine_close_date"]), "day")
            own["Date Child Was Last Seen"] = seen["day"] if seen else None
            yield self._row("LA-6", child, own | allocated, day, row["cine_close_date"])

    def _visits_within(self, child: str, first: str | None, last: str | None) -> list[Row]:
        begun, over = day_of(first or ""), day_of(last or "") or self._context.extracted
        days = ((row, day_of(row["day"] or "")) for row in self._seen.get(child, []))
        return [row for row, day in days if begun and day and begun <= day <= over]

    def _episode(self, row: Row, referral: str) -> Episode:
        """Return a referral in the words of the census, whose reader knows the status of a case."""
        facts = {
            "PrimaryNeedCode": row["cine_cin_primary_need_code"],
            "CINclosureDate": row["cine_close_date"],
            "ReasonForClosure": row["cine_close_reason"],
        }
        parts = {
            "Assessments": [
                {"AssessmentAuthorisationDate": each["cina_assessment_auth_date"]}
                for each in self._assessments.get(referral, [])
            ],
            "CINPlanDates": [
                {
                    "CINPlanStartDate": each["cinp_cin_plan_start_date"],
                    "CINPlanEndDate": each["cinp_cin_plan_end_date"],
                }
                for each in self._plans.get(referral, [])
            ],
            "ChildProtectionPlans": [
                {"CPPendDate": each["cppl_cp_plan_end_date"]} for each in self._protected.get(referral, [])
            ],
        }
        return Episode(_there(facts), {name: [_there(each) for each in some] for name, some in parts.items() if some})

    def _assessment(self, row: Row) -> CaseRow:
        start, done = row["cina_assessment_start_date"], row["cina_assessment_auth_date"]
        refused = yes_or_no(row["cina_assessment_outcome_nfa"])
        # The dataset says whether nothing follows, and the list whether something does.
        supported = {"Yes": "No", "No": "Yes"}.get(refused or "") if done else None
        cells = {
            "Continuous Assessment Start Date": start,
            "Child Seen During Continuous Assessment": yes_or_no(row["cina_assessment_child_seen"]),
            "Continuous Assessment Date of Authorisation": done,
            "Was the child assessed as requiring LA children's social care support?": supported,
            **self._allocated(row["cina_assessment_team"], row["cina_assessment_worker_id"]),
        }
        return self._row("LA-4", row["cina_person_id"], cells, start, done)

    def _enquiry(self, row: Row) -> CaseRow:
        child, start = row["s47e_person_id"], row["s47e_s47_start_date"]
        of_enquiry = self._conferences.get(row["s47e_s47_enquiry_id"] or "", [])
        # A conference of the enquiry that names another child is not this child's.
        conferences = [each for each in of_enquiry if each["icpc_person_id"] in (None, child)]
        cells: dict[str, str | None] = {"Strategy discussion initiating Section 47 Enquiry Start Date": start}
        if conferences:
            cells |= {
                "Was an Initial Child Protection Conference deemed unnecessary?": "No",
                "Date of Initial Child Protection Conference": conferences[0]["icpc_icpc_date"],
                "Did the Initial Child Protection Conference Result in a Child Protection Plan": yes_or_no(
                    conferences[0]["icpc_icpc_outcome_cp_flag"]
                ),
            }
        allocated = self._allocated(row["s47e_s47_completed_by_team"], row["s47e_s47_completed_by_worker_id"])
        return self._row("LA-5", child, cells | allocated, start, row["s47e_s47_end_date"] or start)

    def _plan(self, row: Row) -> CaseRow:
        plan, start, end = row["cppl_cp_plan_id"] or "", row["cppl_cp_plan_start_date"], row["cppl_cp_plan_end_date"]
        visit = _latest(self._visits.get(plan, []), "cppv_cp_visit_date")
        review = _latest(self._reviews.get(plan, []), "cppr_cp_review_date")
        cells = {
            "Child Protection Plan Start Date": start,
            "Initial Category of Abuse": row["cppl_cp_plan_initial_category"],
            "Latest Category of Abuse": row["cppl_cp_plan_latest_category"],
            "Date of the Last Statutory Visit": visit["cppv_cp_visit_date"] if visit else None,
            "Was the Child Seen Alone?": yes_or_no(visit["cppv_cp_visit_seen_alone"]) if visit else None,
            "Date of latest review conference": review["cppr_cp_review_date"] if review else None,
            "Child Protection Plan End Date": end,
        }
        return self._row("LA-7", row["cppl_person_id"], cells, start, end)


def _there(cells: Mapping[str, str | None]) -> dict[str, str]:
    return {name: cell for name, cell in cells.items() if cell}
