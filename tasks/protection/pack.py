"""The pack for data protection: input to an impact assessment, the record of processing, retention and privacy notice.

It is made from the theme, the contracts of its returns, the legal bases, the settings in force and the roles, so that
it cannot be stale. What a person must decide stands in it as a question.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from models.legal_bases import ITEM_LABELS, ItemKind, bases_of
from models.retention import CLASS_HOLDS, CLASS_LABELS, RecordClass
from models.roles import ROLE_LABELS, Act, Role, may
from models.settings import Settings
from models.themes import Theme
from models.words import agency_in_words, joined, long, plural, titled
from tasks.letters.blocks import Block, Bullets, Document, RunningText, Section, Subheading, TableBlock
from tasks.protection.flow_picture import picture
from tasks.protection.uses import USE_LABELS, ColumnUse, used_columns
from tasks.retention.schedule import schedule_for
from validation.returns import contract

# What the kinds of agency record, by the categories of the UK GDPR [design]: a person confirms it in the assessment.
_CATEGORIES = {
    "health": "health (Article 9)",
    "mental_health": "health (Article 9)",
    "ambulance": "health (Article 9)",
    "police": "criminal offences (Article 10)",
    "probation": "criminal offences (Article 10)",
    "youth_justice": "criminal offences (Article 10)",
    "marac": "criminal offences and health (Articles 9 and 10)",
}
_CHILD_ACTS = ((Act.SEE_CHILDREN, "Reads data about children"), (Act.SEE_FINDINGS, "Reads findings"))
_OTHER_ACTS = (
    (Act.SEE_LETTER, "Reads draft letters"),
    (Act.SEE_READINGS, "Reads who opened what"),
    (Act.ANSWER_REQUESTS, "Sends and reads one agency's own records"),
)


def pack(theme_: Theme, day: date, options: Settings) -> Document:
    """Return the pack of a theme.

    Args:
        theme_: whose inspections process the data.
        day: for which it is made: legal bases and rules begin on days.
        options: the settings in force where it is made.
    """
    return Document(
        title=f"Data protection: {theme_.title}",
        subtitle="Input to the impact assessment, record of processing, retention and privacy notice",
        banner="",
        details=(
            ("Theme", f"{theme_.id}, version {theme_.version}"),
            ("Controllers", f"{joined(theme_.inspectorates)}, together"),
            ("Made on", long(day)),
            ("Made from", "theme, contracts of returns, legal bases, settings and roles as they are on that day"),
        ),
        sections=(
            Section("What is processed and why", tuple(_purpose(theme_))),
            Section("Record of processing (UK GDPR, Article 30)", tuple(_record(theme_, options))),
            Section("Legal bases", tuple(_bases(theme_, day))),
            Section("Where data goes", (picture(theme_, options), *_places(options))),
            Section("Who may read what", tuple(_roles(theme_))),
            Section("What is asked for, and what uses it", tuple(_minimised(theme_, day))),
            Section("How long it is kept", tuple(_retention(theme_, options))),
            Section("Risks and what meets them", tuple(_risks(options))),
            Section("Privacy notice", tuple(_notice(theme_))),
            Section("Every column", tuple(_columns(theme_, day)), annex=True),
        ),
    )


def _purpose(theme_: Theme) -> Iterator[Block]:
    ages = theme_.age_band
    unborn = "unborn children and children" if ages.unborn else "children"
    yield RunningText(
        f"Inspectorates look at how the services of one area together protect children: {theme_.subject}. The data is "
        f"about {unborn} aged {ages.youngest} to {ages.oldest}, their families and those who harm them, over "
        f"{plural(theme_.window_months, 'month')}."
    )
    sampling = theme_.sampling
    yield RunningText(
        f"All children in scope are in the lists. {plural(sampling.tracked, 'child is', 'children are')} then looked "
        "at in depth, and a wider sample with them. Nobody is judged by a computer: people approve who is chosen, "
        "and what is written of them is written by people."
    )


def _record(theme_: Theme, options: Settings) -> Iterator[Block]:
    kinds = sorted({item.agency for item in theme_.returns})
    categories = sorted({_CATEGORIES[kind] for kind in kinds if kind in _CATEGORIES})
    contact = options.contact_address or "not set: the operator gives JTAI_CONTACT_ADDRESS"
    rows = (
        ("Controllers", f"{joined(theme_.inspectorates)}, jointly"),
        ("Contact", contact),
        ("Purposes", "Joint inspection of the services of an area; a letter about it; a report on the theme"),
        ("Whose data", "Children, parents and carers, adults in their households, alleged perpetrators; staff"),
        ("Kinds of data", f"Identity, numbers, addresses, events and services; {joined(categories)}"),
        ("Where it comes from", f"From {joined([agency_in_words(kind) for kind in theme_.in_scope])}"),
        ("Who receives it", "The inspectorates' team; each agency its own; the public a letter that names no child"),
        ("Other countries", "None by the software. The operator names where database and store are"),
        ("How long", "The table of retention below"),
        ("Security", "Listed under risks below"),
    )
    yield TableBlock("Record of processing", ("What", "Answer"), rows, (2, 6))


def _bases(theme_: Theme, day: date) -> Iterator[Block]:
    yield RunningText(
        "No request goes out before the agency's controller, its contact for data protection and an agreement or "
        "notice in force are on record. UK GDPR, Article 6(1)(e) and Article 9(2)(g), and Article 10 with the Data "
        "Protection Act 2018, Schedule 1: whether they apply is for the assessment to say."
    )
    rows = tuple(row for kind in theme_.in_scope for row in _bases_of(kind, day))
    yield TableBlock(f"Legal bases on {long(day)}", ("Agency", "What is asked for", "Basis"), rows, (2, 3, 6))


def _bases_of(kind: str, day: date) -> Iterator[tuple[str, str, str]]:
    """Yield the items of a kind of agency with their bases, those that rest on the same together."""
    together: dict[str, list[str]] = {}
    for item in ItemKind:
        basis = "; ".join(each.title for each in bases_of(kind, item, day)) or "None on record"
        together.setdefault(basis, []).append(ITEM_LABELS[item])
    for basis, items in together.items():
        yield titled(kind), joined([items[0], *(each.lower() for each in items[1:])]), basis


def _places(options: Settings) -> Iterator[Block]:
    sealed = "under a key of KMS" if options.kms_key else "under a key outside database and store"
    yield Bullets(
        (
            f"Data about children lies in the evidence store alone, each inspection sealed {sealed}.",
            "The database, Prefect, logs, notices and addresses of pages hold references and counts.",
            "Names and contacts of staff lie in the database's tables of people alone.",
            _channel(options),
            f"People sign in by {'their organisation' if options.oidc_issuer else 'links to their own address'}.",
        )
    )


def _channel(options: Settings) -> str:
    if options.notify_key:
        return "Notices leave by GOV.UK Notify."
    if options.smtp_url:
        return "Notices leave by a mail server."
    return "No channel is set: notices stay in the outbox."


def _roles(theme_: Theme) -> Iterator[Block]:
    acts = (*_CHILD_ACTS, *_OTHER_ACTS)
    rows = tuple(
        (ROLE_LABELS[role].capitalize(), *("Yes" if may(role, act) else "No" for act, _ in acts)) for role in Role
    )
    yield TableBlock("Roles", ("Role", *(words for _, words in acts)), rows, (4, *(2 for _ in acts)))
    for inspectorate, kinds in theme_.sees.items():
        yield RunningText(
            f"Inspectors of {inspectorate} see the records of {joined([agency_in_words(kind) for kind in kinds])}."
        )
    yield RunningText("Each opening of a child's data is recorded with the person. Roles end with the inspection.")


def _minimised(theme_: Theme, day: date) -> Iterator[Block]:
    columns = used_columns(theme_, day)
    without = [each for each in columns if not each.uses]
    counts = Counter(use for each in columns for use in each.uses)
    yield RunningText(
        f"The theme asks for {plural(len(columns), 'column')}. Of these, {plural(len(without), 'column')} "
        "are read by people alone: no check against another column, no link, no draw and no comparison uses them. "
        "Leave each out of the theme, or say in the assessment why an inspector needs it."
    )
    yield TableBlock(
        "Columns by use",
        ("Use", "Columns"),
        tuple((USE_LABELS[use], str(counts[use])) for use in ColumnUse),
        (6, 1),
    )
    by_return: dict[str, list[str]] = {}
    for each in without:
        by_return.setdefault(each.code, []).append(each.column.name)
    yield TableBlock(
        "Columns that nothing but a reader uses",
        ("Return", "Columns"),
        tuple((f"{code}: {contract(code).title}", "; ".join(names)) for code, names in by_return.items()),
        (3, 6),
    )


def _retention(theme_: Theme, options: Settings) -> Iterator[Block]:
    schedule = schedule_for(theme_)
    periods = {kind: schedule.longest(kind, theme_.inspectorates) for kind in RecordClass}
    rows = tuple(
        (
            CLASS_LABELS[kind],
            CLASS_HOLDS[kind].capitalize(),
            f"{plural(period.months, 'month')} after {_TRIGGERS[period.after.value]}",
            period.basis,
        )
        for kind, period in periods.items()
    )
    unasked = (
        "Files as they came",
        "Columns and sheets that were not asked for, and what the copy without them holds",
        f"{plural(options.unasked_hours, 'hour')} after they were read",
        "Setting: nothing is kept that was not asked for",
    )
    rows = (*rows, unasked)
    yield TableBlock("Retention", ("Class", "What it holds", "Period", "On what it rests"), rows, (2, 4, 2, 4))
    yield RunningText(
        "A hold, an open complaint or a plan that is followed keeps it longer. Two people confirm the destruction of a "
        "class, and a signed certificate lists what was destroyed."
    )


_TRIGGERS = {"publication": "publication", "end": "the end of the inspection"}


def _risks(options: Settings) -> Iterator[Block]:
    scanned = "A scanner looks at each file first" if options.scanner else "No scanner is set: decide on one"
    rows = (
        ("Somebody reads what is not theirs", "Roles by inspection, from a day until a day; each opening recorded"),
        ("A file harms who opens it", f"{scanned}; files are read in a process without network, secrets and root"),
        ("Two children are joined into one", "Doubtful pairs go to people; twins are never joined unasked"),
        ("A child can be known from a letter", "Text is compared with the inspection's records; 2 people pass it"),
        ("Small counts give somebody away", "Every table is attacked first by what was published before"),
        ("Children are chosen for a result", "Seeds are committed before the returns; each draw can be repeated"),
        ("Data stays for ever", "Periods by class; destruction with a certificate; keys destroyed with the data"),
        ("A record is changed afterwards", "The audit is chained, its heads are signed and kept elsewhere"),
        ("The victim's address reaches an abuser", "Addresses are masked, and go to no agency that did not send them"),
    )
    yield TableBlock("Risks", ("Risk", "What meets it"), rows, (3, 5))
    yield Subheading("What the assessment must still say")
    yield Bullets(
        (
            "Who is consulted: children and families, agencies, the controllers' data protection officers.",
            "Whether what is left of each risk is acceptable, and who accepts it.",
            "Where database, store and keys lie, and who operates them.",
        )
    )


def _notice(theme_: Theme) -> Iterator[Block]:
    yield RunningText(
        f"{joined(theme_.inspectorates)} look together at how services protect children. To do this we ask the "
        "services of an area for their records. The law allows us to."
    )
    yield Bullets(
        (
            f"What we use: records about children ({theme_.subject}) and their families.",
            "What for: to see how well services work together, and to write a public letter that names no child.",
            "Who sees it: the inspectors of this inspection. We do not sell it or use it for anything else.",
            f"How long: {_longest(theme_)}.",
            "Your rights: you can ask what we have about you, ask us to correct it or to restrict how we use it.",
            "If you are unhappy: you can complain to us, and to the Information Commissioner.",
        )
    )


def _longest(theme_: Theme) -> str:
    period = schedule_for(theme_).longest(RecordClass.CHILDREN, theme_.inspectorates)
    return (
        f"we destroy records about children {plural(period.months, 'month')} after the letter, unless we must keep them"
    )


def _columns(theme_: Theme, day: date) -> Iterator[Block]:
    by_return: dict[str, list[tuple[str, ...]]] = {}
    for each in used_columns(theme_, day):
        uses = "; ".join(USE_LABELS[use].lower() for use in each.uses) or "read by people alone"
        by_return.setdefault(each.code, []).append((each.column.name, each.column.guidance, uses))
    for code, rows in by_return.items():
        yield TableBlock(f"{code}: {contract(code).title}", ("Column", "What it is", "Use"), tuple(rows), (3, 5, 4))
