"""Lays a thematic report out as blocks, the same for every format; every number says what is behind it."""

from collections.abc import Iterator, Sequence

from models.words import count, joined, long, noun, titled
from tasks.disclosure.tables import in_words
from tasks.letters.blocks import Block, Box, Bullets, Document, RunningText, Section, Subheading, TableBlock
from tasks.theming.charts import dots, placed, standing_words, tile_map
from tasks.theming.grouping import Grouped, MatchedText, in_areas
from tasks.theming.report import INTRODUCTION, METHOD, Children, Earlier, Quotation, ThematicReport, part_of_message

_QUOTED = 2
"""So many areas are quoted on a message; all of them stand in the annex."""

_DIGEST = 16


def document(report: ThematicReport) -> Document:
    """Return the report as a document."""
    sections = (
        ("Introduction", _introduction(report)),
        ("At a glance", _glance(report)),
        ("What the areas show", _messages(report)),
        ("Strengths, and practice to learn from", _practice(report)),
        ("Children", _children(report.children, report)),
        ("Compared with the report before", _compared(report.earlier, report)),
        ("Recommendations", _recommendations(report)),
        ("Method and limits", _method(report)),
        ("Areas and letters", _areas(report)),
    )
    main = tuple(Section(heading, blocks) for heading, parts in sections if (blocks := tuple(parts)))
    annex = Section("What stands behind each message", tuple(_behind(report)), annex=True)
    return Document(
        title=report.title,
        subtitle=count(len(report.areas), "local area", "local areas"),
        banner=_banner(report),
        details=_details(report),
        sections=(*main, annex),
        called="report",
    )


def _banner(report: ThematicReport) -> str:
    words = ["Rehearsal: this is not a real report"] if report.rehearsal else []
    words += ["Draft: not for publication"] if report.status == "draft" else []
    return ". ".join(words)


def _details(report: ThematicReport) -> tuple[tuple[str, str], ...]:
    days = sorted(source.published for source in report.sources if source.published)
    rows = [("Inspectorates", joined(report.theme.inspectorates))]
    rows += [("Letters", f"published from {long(days[0])} to {long(days[-1])}")] if days else []
    rows += [("Published", long(report.published))] if report.published else []
    return (*rows, ("Report", report.ref))


def _introduction(report: ThematicReport) -> Iterator[Block]:
    yield from map(RunningText, report.prose.get(INTRODUCTION, ()))
    yield RunningText(
        f"This report rests on {count(len(report.sources), 'inspection', 'inspections')} of "
        f"{count(len(report.areas), 'local area', 'local areas')}: {joined(report.areas)}. "
        "They were not drawn at random, and nothing here says how many other areas would show the same."
    )


def _glance(report: ThematicReport) -> Iterator[Block]:
    if not report.messages:
        return
    yield dots(report)
    rows = [
        (
            titled(each.message.code),
            in_areas(len(each.standing), each.of),
            str(len(each.areas_leaning("strength"))),
            str(len(each.areas_leaning("improve"))),
        )
        for each in report.messages
    ]
    yield TableBlock(
        "In how many areas each message stands",
        ("Message", "It stands in", "Areas: strength", "Areas: to improve"),
        tuple(rows),
        (34, 30, 18, 18),
        anchors=tuple(f"count-{each.message.code}" for each in report.messages),
        links=tuple(f"#behind-{each.message.code}" for each in report.messages),
    )
    yield RunningText(
        "\u201cMost\u201d stands for at least 2 in 3 areas but not all, \u201csome\u201d for at least 2. "
        "An area can show a message both as a strength and as something to improve."
    )


def _messages(report: ThematicReport) -> Iterator[Block]:
    for each in report.messages:
        yield Subheading(each.message.sentence, f"message-{each.message.code}")
        yield RunningText(_standing(each))
        yield from map(RunningText, report.prose.get(part_of_message(each.message.code), ()))
        for quotation in _quotations(report, each):
            yield Box(_cited(report, quotation), (f"\u201c{quotation.text}\u201d",))


def _standing(each: Grouped) -> str:
    names = joined([area.area for area in each.standing])
    way = {"strength": " as a strength", "improve": " as something to improve"}.get(each.message.leans, "")
    where = f": {names}" if names else ""
    sentence = f"It stands{way} in {in_areas(len(each.standing), each.of)}{where}."
    other = {"strength": "improve", "improve": "strength"}.get(each.message.leans, "")
    against = each.areas_leaning(other) if other else ()
    if not against:
        return sentence
    areas, names = count(len(against), "area", "areas"), joined([area.area for area in against])
    return f"{sentence} The opposite stands too, in {areas}: {names}."


def _quotations(report: ThematicReport, each: Grouped) -> list[Quotation]:
    wanted = ("strength", "improve") if each.message.leans == "either" else (each.message.leans,)
    quoted: list[Quotation] = []
    ranked = sorted(
        each.standing,
        key=lambda area: max(match.strength for way in wanted for match in area.leaning(way)),
        reverse=True,
    )
    for area in ranked:
        words = (report.quotation(match) for way in wanted for match in area.leaning(way))
        quotation = next(filter(None, words), None)
        if quotation and quotation not in quoted:
            quoted.append(quotation)
    return quoted[:_QUOTED]


def _cited(report: ThematicReport, quotation: Quotation) -> str:
    source = report.source(quotation.source)
    day = f" of {long(source.published)}" if source.published else ""
    return f"Letter for {source.area}{day}, {quotation.where}"


def _practice(report: ThematicReport) -> Iterator[Block]:
    others = sum(len(subject.quotations) for subject in report.subjects if not subject.code)
    for subject in report.subjects:
        if not subject.code:
            continue
        yield Subheading(subject.label, f"practice-{subject.code}")
        yield Bullets(tuple(f"{quotation.text} ({_cited(report, quotation)})" for quotation in subject.quotations))
    if others:
        yield RunningText(
            f"{count(others, 'other strength carries', 'other strengths carry')} none of the messages. "
            "The report\u2019s data (JSON) have them."
        )


def _children(children: Children | None, report: ThematicReport) -> Iterator[Block]:
    if children is None:
        return
    yield RunningText(
        f"Inspectors looked in depth at {in_words(children.tracked)} children in these areas. "
        "The table says of how many of them a finding behind a message was made. "
        "One child can stand behind several messages."
    )
    sentences = {each.message.code: titled(each.message.code) for each in report.messages}
    rows = tuple(
        (sentences[code], in_words(number)) for code, number in children.by_message.items() if code in sentences
    )
    yield TableBlock("Tracked children behind each message", ("Message", "Children"), rows, (75, 25))
    how = (
        "Numbers are rounded to a multiple of 5; a 0 can stand for up to 4 children."
        if children.rounded
        else "Numbers from 1 to 4 are withheld, and so are those from which they could be worked out."
    )
    yield RunningText(
        f"{how} They were attacked first with all that had left before; certificate {children.certificate[:_DIGEST]}."
    )


def _compared(earlier: Earlier | None, report: ThematicReport) -> Iterator[Block]:
    if earlier is None:
        return
    again = [each for each in earlier.messages if each.is_found]
    yield RunningText(
        f"The report before was on the theme {earlier.theme}. "
        f"Of its {count(len(earlier.messages), 'message', 'messages')}, {len(again)} "
        f"{noun(len(again), 'stands', 'stand')} in more than one of today\u2019s areas. "
        "That says whether a message is still so, and not whether it is so more or less often: the areas are others."
    )
    now = {each.message.code for each in report.messages}
    rows = tuple(
        (
            each.message.sentence,
            in_areas(len(each.standing), each.of),
            "a message of this report too" if each.message.code in now else "none of this report\u2019s",
        )
        for each in earlier.messages
    )
    yield TableBlock(
        "Messages of the report before, in the areas of this one",
        ("Message", "It stands in", "Today"),
        rows,
        (48, 26, 26),
    )


def _recommendations(report: ThematicReport) -> Iterator[Block]:
    for addressee in dict.fromkeys(each.to for each in report.recommendations):
        yield Subheading(addressee)
        yield Bullets(
            tuple(
                f"{each.number}. {each.text}{_rests(each.messages)}"
                for each in report.recommendations
                if each.to == addressee
            )
        )


def _rests(codes: Sequence[str]) -> str:
    return f" (rests on: {joined([titled(code).lower() for code in codes])})" if codes else ""


def _method(report: ThematicReport) -> Iterator[Block]:
    kinds = {source.kind for source in report.sources}
    if "findings" in kinds:
        yield RunningText(
            "A finding that inspectors agreed carries a message by its tag, or by a phrase of the message in its words."
        )
    if "letter" in kinds:
        yield RunningText(
            "A sentence of a published letter carries a message by a phrase. Under headings that say so it is a "
            "strength or something to improve; elsewhere a word of lack or of praise decides. "
            "About 1 in 7 such sentences is counted the wrong way."
        )
    yield Bullets(
        (
            "A message is as good as its phrases: what a letter puts in other words is not met.",
            "How often something is written is not how often it happens.",
            "No program wrote prose or recommendations, and none decided what a message is.",
        )
    )
    yield from map(RunningText, report.prose.get(METHOD, ()))
    yield RunningText(f"Made by the theme {report.theme.rule_set}, whose file has the digest {report.theme_sha256}.")


def _areas(report: ThematicReport) -> Iterator[Block]:
    number = {area: place for place, area in enumerate(report.areas, 1)}
    ordered = sorted(report.sources, key=lambda source: (number[source.area], source.id))
    yield TableBlock(
        "Areas and their letters",
        ("Area", "Letter", "Published", "Digest"),
        tuple(
            (
                f"{number[each.area]} {each.area}",
                each.id,
                long(each.published) if each.published else "no date",
                each.digest[:_DIGEST],
            )
            for each in ordered
        ),
        (24, 36, 20, 20),
        anchors=tuple(f"letter-{each.id}" for each in ordered),
        links=tuple(report.letters.get(each.id, "") for each in ordered),
    )
    if placed(report):
        yield tile_map(report)
        yield RunningText(
            "The grid is a design of our own. A tile says which region an area is in, and no more of where it is."
        )


def _behind(report: ThematicReport) -> Iterator[Block]:
    yield RunningText(
        "Every text that carries a message, with what matched and why it is a strength or something to improve. "
        "What is neither is shown, and not counted."
    )
    for each in report.messages:
        yield Subheading(each.message.sentence, f"behind-{each.message.code}")
        matches = [(area.area, match) for area in each.areas for match in area.matches]
        if not matches:
            yield RunningText("Nothing carries it.")
            continue
        rows = tuple(
            (
                f"{area}, {_place(report, match)}",
                standing_words(match.text.lean.leaning),
                match.text.lean.why,
                _carried(report, match),
            )
            for area, match in matches
        )
        yield TableBlock(
            titled(each.message.code),
            ("Area and place", "It stands", "Because of", "Carried by"),
            rows,
            (28, 22, 20, 30),
            anchors=tuple(f"{each.message.code}-{number}" for number in range(1, len(rows) + 1)),
            links=tuple(f"#letter-{match.text.source}" for _, match in matches),
        )


def _place(report: ThematicReport, match: MatchedText) -> str:
    text = match.text
    if text.page:
        return f"page {text.page}, {text.place}"
    paragraphs = report.findings.get(text.source, {}).get(text.place, ())
    return f"{text.place}, {noun(len(paragraphs), 'paragraph')} {joined(paragraphs)}" if paragraphs else text.place


def _carried(report: ThematicReport, match: MatchedText) -> str:
    # A finding is not public, so the words in it that matched are not shown.
    public = match.words if report.source(match.text.source).kind == "letter" else ()
    words = joined([f"\u201c{word}\u201d" for word in public])
    return joined(match.carried_by) + (f" ({words})" if words else "")
