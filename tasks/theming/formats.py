"""One report, all its formats, the same bytes every time (L4)."""

from tasks.ground.digests import canonical_document
from tasks.letters.docx import docx
from tasks.letters.html import html
from tasks.letters.odt import odt
from tasks.letters.pdf import pdf
from tasks.theming.content import document
from tasks.theming.record import report_record
from tasks.theming.report import ThematicReport
from tasks.theming.tables import files


def formats(report: ThematicReport) -> dict[str, bytes]:
    """Return the files of a report by name: `report.pdf`, `.docx`, `.odt`, `.html`, `.json`, and its data tables."""
    made = document(report)
    return {
        "report.pdf": pdf(made),
        "report.docx": docx(made),
        "report.odt": odt(made),
        "report.html": html(made),
        "report.json": canonical_document(report_record(report)),
        **files(report),
    }
