"""Tells agencies that hold a list with a child whose use a person has restricted, and again when that is over."""

from sqlmodel import Session, select

from models.ids import once_key
from models.returns import EVALUATION
from models.tables import Agency, PersonsRestriction, Request
from tasks.cohort.frozen import children_at
from tasks.cohort.versions import approved_draw, cohort_of
from tasks.evaluations.sampled_lists import newest_lists
from tasks.people.notices import write_notice
from tasks.sampling.draws import ever_chosen

CLOSED, OPEN_AGAIN = "list_restricted", "list_open_again"


def labels_of(session: Session, row: PersonsRestriction) -> frozenset[str]:
    """Return the labels of the chosen children of the approved sample whose own record a restriction covers."""
    own = {(version, sheet, int(line)) for version, sheet, line, whose in row.places if whose}
    drawn = approved_draw(session, row.inspection)
    if drawn is None or not own:
        return frozenset()
    children = children_at(cohort_of(session, drawn), own)
    return frozenset(label.label for label in ever_chosen(session, drawn) if label.child in children)


def holders_of(session: Session, ref: str, labels: frozenset[str]) -> dict[str, int]:
    """Return the agencies that were given a list with any of some labels, each with how many its lists have."""
    query = select(Request).where(Request.inspection == ref, Request.return_code == EVALUATION)
    lists = [(request.agency_id, request.cases) for request in session.exec(query.order_by(Request.id))]
    lists += [(agency, [*row.cases, *row.withdrawn]) for agency, row in newest_lists(session, ref).items()]
    children: dict[str, set[str]] = {}
    for agency, cases in lists:
        children.setdefault(agency, set()).update(labels.intersection(cases))
    return {agency: len(labels_) for agency, labels_ in children.items() if labels_}


def tell_holders(session: Session, row: PersonsRestriction) -> None:
    """Tell each agency that holds a list with a child of a restriction in force, once; in the caller's transaction.

    The notice has a number of children and no label: which child it is, the list says to whoever signs in.
    """
    for agency, children in holders_of(session, row.inspection, labels_of(session, row)).items():
        _tell(session, row, CLOSED, agency, children)


def tell_of_the_end(session: Session, row: PersonsRestriction) -> None:
    """Tell the same agencies that the list can be used again; in the transaction in which the restriction is lifted."""
    for agency, children in holders_of(session, row.inspection, labels_of(session, row)).items():
        _tell(session, row, OPEN_AGAIN, agency, children)


def _tell(session: Session, row: PersonsRestriction, kind: str, agency: str, children: int) -> None:
    # A role may be given anew while it is in force, so that the agency and not its people make the notice one.
    once, facts = once_key(row.id, kind, agency), {"restriction": row.id, "children": children}
    write_notice(session, kind, session.get_one(Agency, agency), once=once, sign_in=True, facts=facts)
