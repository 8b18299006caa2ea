"""Who is in whose list on the portal: the team sees everybody, an agency its own rows, and each reading is recorded."""

from playwright.sync_api import BrowserContext
from sqlmodel import col, select

from models.tables import AuditEntry, Cohort, ListReading, Request
from tasks.cohort.frozen import identifiers_of
from tasks.ground.database import transaction
from tasks.ground.tables import table_at
from tasks.sampling.newer_cohorts import CohortReason, admit
from tests.portal.driving import Driver, plain_actor, words
from tests.portal.test_browser import signed, violations


def cohort(ref: str) -> Cohort:
    with transaction() as session:
        return session.get_one(Cohort, (ref, 1))


def audited(ref: str, action: str) -> list[AuditEntry]:
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.inspection == ref, AuditEntry.action == action)
        return list(session.exec(query.order_by(col(AuditEntry.number))))


def test_l5_the_team_and_nobody_else_reads_counts_and_names_and_each_reading_of_names_is_kept(
    inspector: Driver, police: Driver, chosen: str
) -> None:
    page = f"/inspections/{chosen}/lists"
    for path in ("", "/hidden", "/groups.svg"):
        assert police.get(f"{page}{path}").status_code == 404
    assert audited(chosen, "hidden-children.read") == []
    seen, count = words(inspector.get(page)), cohort(chosen).counts["hidden"]
    for told in (f"{count} children are known to police", "Health and local authority", "Overlaps that", "X08"):
        assert told in seen
    for picture in ("groups", "matrix"):
        answer = inspector.get(f"{page}/{picture}.svg")
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.text.startswith("<svg")
    assert inspector.get(f"{page}/other.svg").status_code == 404
    hidden = inspector.get(f"{page}/hidden")
    named = words(hidden)
    assert "POL-1 row" in named
    assert "This page names children" in named
    # A row of the council's is there only as similar to a hidden child's, in a pair that a person has yet to decide.
    rows = [row.partition("</tr>")[0] for row in hidden.text.split("<tr ")[1:]]
    of_council = [row for row in rows if "LA-DA row" in row]
    assert of_council
    assert all("app-perhaps" in row.partition(">")[0] for row in of_council)
    (entry,) = audited(chosen, "hidden-children.read")
    assert (plain_actor(entry.actor), entry.facts["children"]) == ("lead_inspector: P", count)


def test_where_hidden_children_live_is_kept_back_until_somebody_says_why_on_the_page_and_in_the_file(
    inspector: Driver, chosen: str
) -> None:
    page, row = f"/inspections/{chosen}/lists/hidden", cohort(chosen)
    children = table_at(row.frame_key).filter("hidden").select("child")
    homes = set(identifiers_of(row).join(children, on="child", how="semi")["postcode"].drop_nulls())
    assert len(homes) > 5

    def told(answer: str) -> set[str]:
        return {home for home in homes if home in answer}

    plain = inspector.get(page)
    assert told(plain.text) == set()
    assert "Hidden" in words(plain)
    for why in ("", "curious"):
        assert told(inspector.post(page, page=page, why=why).text) == set()
        assert told(inspector.post(page, page=page, why=why, download="csv").text) == set()
    # Nor does a search tell it.
    assert "0 of " in words(inspector.post(page, page=page, words=min(homes)))
    assert all("addresses" not in entry.facts for entry in audited(chosen, "hidden-children.read"))
    assert told(inspector.post(page, page=page, why="safety", download="csv").text) == homes
    assert told(inspector.post(page, page=page, why="to_visit").text)
    given = [entry.facts.get("addresses") for entry in audited(chosen, "hidden-children.read")]
    assert [why for why in given if why] == ["safety", "to_visit"]


def test_before_the_cohort_is_frozen_the_page_says_when_it_is(inspector: Driver, police: Driver, reading: str) -> None:
    assert "when all returns are in" in words(inspector.get(f"/inspections/{reading}/lists"))
    assert inspector.get(f"/inspections/{reading}/lists/hidden").status_code == 404
    assert inspector.get(f"/inspections/{reading}/lists/groups.svg").status_code == 404
    assert police.get("/records").status_code == 404
    assert "Compared with the council" not in words(police.get("/"))


def test_l5_an_agency_reads_its_own_rows_and_its_own_list_alone_and_each_reading_is_kept(
    police: Driver, council: Driver, inspector: Driver, chosen: str
) -> None:
    assert "Compared with the council" in words(police.get("/"))
    seen = words(police.get("/records"))
    assert "in no list that the council sent" in seen
    assert "POL-1" in seen
    assert not [code for code in ("HEA-1", "PRO-1", "LA-DA") if code in seen]
    assert police.post("/records", page="/records", download="xlsx").content.startswith(b"PK")
    assert [plain_actor(one.actor) for one in audited(chosen, "own-records.read")] == ["police officer: P"] * 3
    for other in (council, inspector):
        assert other.get("/records").status_code == 404
    page = f"/requests/{chosen}-eval-police"
    assert "has opened it yet" in words(police.get(page))
    assert "Not read yet" in words(inspector.get(f"/inspections/{chosen}"))
    for _ in range(2):
        police.get(f"{page}/children.xlsx")
    assert "2 times in all" in words(police.get(page))
    assert "by A Lee, data officer (name not proven)" in words(inspector.get(f"/inspections/{chosen}"))
    assert police.get(f"/requests/{chosen}-pol-1/children.xlsx").status_code == 404
    with transaction() as session:
        (row,) = session.exec(select(ListReading)).all()
    assert row.request_id == f"{chosen}-eval-police"


def test_an_agency_that_may_send_late_sees_so_and_the_team_sees_the_decision(
    police: Driver, inspector: Driver, chosen: str
) -> None:
    from models.lifecycle import Stage

    with transaction() as session:
        from tasks.ledger.rows import inspection_of

        inspection_of(session, chosen, lock=True).stage = Stage.SAMPLE_PROPOSED
    assert "can no longer be sent or changed" in words(police.get(f"/requests/{chosen}-pol-1"))
    admit(f"{chosen}-pol-1", CohortReason.CORRECTED_RETURN, by="Sam Patel")
    seen = words(police.get(f"/requests/{chosen}-pol-1"))
    assert "takes one more file" in seen
    assert "Send a corrected file" in seen
    told = words(inspector.get(f"/inspections/{chosen}"))
    assert "POL-1 may come late and has not arrived" in told
    assert "POL-1 may come late, by Sam Patel" in told
    with transaction() as session:
        assert session.get_one(Request, f"{chosen}-pol-1").admitted == 1


def test_every_page_about_lists_is_accessible_and_shows_its_pictures(
    window: BrowserContext, portal: str, inspector: Driver, police: Driver, chosen: str
) -> None:
    page = signed(window, inspector, portal)
    for path in ("lists", "lists/hidden"):
        page.goto(f"{portal}/inspections/{chosen}/{path}")
        assert violations(page) == []
    page.goto(f"{portal}/inspections/{chosen}/lists")
    page.wait_for_load_state("networkidle")
    widths = page.eval_on_selector_all("figure img", "images => images.map(image => image.naturalWidth)")
    assert len(widths) == 2
    assert all(width > 200 for width in widths)
    other = signed(window, police, portal)
    other.goto(f"{portal}/records")
    assert violations(other) == []
