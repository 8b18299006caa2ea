"""The workbook of a plan: the actions of its draft, the paragraphs of the letter, the bodies that can own an action."""

from sqlmodel import Session

from models.ids import origin_section
from models.tables import Inspection
from models.words import numeric, titled
from tasks.plans.checking import context_of
from tasks.plans.standing import draft_of
from validation.contract.context import Context
from validation.returns import contract_in
from validation.returns.plan import CODE
from validation.telling.pages import Format, Page, write_pages
from validation.telling.templates import Stamp, workbook_pages

LETTER, BODIES = "Letter", "Bodies"


def template_of(session: Session, inspection: Inspection, kind: Format) -> bytes:
    """Return the workbook of an inspection's plan with the actions of its draft.

    Raises:
        PlanRefusedError: no letter counts that a plan could answer.
    """
    context = context_of(session, inspection)
    contract = contract_in(CODE, context)
    stamp = Stamp(
        theme=context.theme.rule_set, gss=inspection.area_gss, area=inspection.area_name, inspection=inspection.ref
    )
    draft = draft_of(session, inspection.ref)
    # The day goes in as a day: as words a spreadsheet would keep it as a text.
    rows = [[*list(each.cells().values())[:-1], each.due] for each in draft.actions]
    today = [("Days", f"Days before {numeric(context.extracted)} are past.")]
    pages = workbook_pages(contract, context.theme, kind, stamp, {CODE: rows}, _more(context), today)
    return write_pages(pages, kind)


def _more(context: Context) -> list[Page]:
    parts = [["Number", "Section", "Words"], *([i, titled(origin_section(i)), words] for i, words in context.origins)]
    bodies = [["Body"], *([name] for name in context.owners)]
    return [
        Page(LETTER, parts, header=True, widths=(14, 12, 100), wrap=True, landscape=True),
        Page(BODIES, bodies, header=True, widths=(60,)),
    ]
