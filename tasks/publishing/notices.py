"""What stands at the address of a letter that no longer counts: why, since when, and where to go, in each format."""

from models.words import long
from tasks.ground.digests import canonical_document
from tasks.letters.blocks import Document, RunningText, Section
from tasks.letters.docx import docx
from tasks.letters.html import html
from tasks.letters.odt import odt
from tasks.letters.pdf import pdf
from tasks.publishing.values import PublicInspection, PublicReport, PublicVersion


def sentence_of(inspection: PublicInspection, version: PublicVersion) -> str:
    """Return what became of a version, in public words; empty while it counts."""
    ended = version.ended
    if ended is None:
        return ""
    what = "replaced" if ended.replaced else "withdrawn"
    newer = version.number < inspection.newest.number
    follows = " A corrected letter is on the page of the inspection." if newer else ""
    reason = ended.reason[:1].lower() + ended.reason[1:]
    return f"This letter was {what} on {long(ended.on)}. The reason: {reason}.{follows}"


def report_sentence(report: PublicReport) -> str:
    """Return what became of a thematic report, in public words; empty while it counts."""
    if report.ended is None:
        return ""
    reason = report.ended.reason[:1].lower() + report.ended.reason[1:]
    return f"This report was withdrawn on {long(report.ended.on)}. The reason: {reason}."


def instead_of_report(report: PublicReport) -> dict[str, bytes]:
    """Return for each file of a withdrawn report the one that says so; nothing of the report itself is in it."""
    sentence = report_sentence(report)
    document = Document(
        title=f"{report.title}: withdrawn",
        subtitle=report.theme_id,
        banner="",
        details=(("Report", report.ref), ("Published", long(report.published))),
        sections=(Section("What became of this report", (RunningText(sentence),)),),
    )
    data = canonical_document({"report": report.ref, "status": "withdrawn", "why": sentence})
    made = {"html": html(document), "pdf": pdf(document), "docx": docx(document), "odt": odt(document), "json": data}
    made["csv"] = f'status,why\r\nwithdrawn,"{sentence}"\r\n'.encode()
    return {name: made[name.rpartition(".")[2]] for name in report.files}


def instead(inspection: PublicInspection, version: PublicVersion) -> dict[str, bytes]:
    """Return for each format of an ended version the file that says so; nothing of the letter itself is in it."""
    sentence = sentence_of(inspection, version)
    title = f"Letter on {inspection.area}: {'replaced' if version.ended and version.ended.replaced else 'withdrawn'}"
    document = Document(
        title=title,
        subtitle=inspection.theme,
        banner="",
        details=(("Local area", f"{inspection.area} ({inspection.gss})"), ("Published", long(version.published))),
        sections=(Section("What became of this letter", (RunningText(sentence),)),),
    )
    data = {
        "inspection": inspection.ref,
        "version": version.number,
        "status": title.rpartition(" ")[2],
        "why": sentence,
    }
    made = {"html": html(document), "pdf": pdf(document), "docx": docx(document), "odt": odt(document)}
    files = {**made, **dict.fromkeys(("json", "proof.json"), canonical_document(data))}
    return {form: content for form, content in files.items() if form in version.files}
