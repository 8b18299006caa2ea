"""Everything that people read is in the plain English of the GOV.UK style guide: words, numbers, dates, length."""

import re
from functools import cache

import pytest

from tests.written import Text, texts

PRODUCT = "cli/|deployments/|flows/|models/|portal/|tasks/|validation/"
# Words -> what to write instead. Each is held in every text, unless an exception below names the text.
WORDS = {
    r"\bmend(s|ed|ing)?\b": "fix, or correct",
    r"right though|though odd|look odd": "unusual but correct",
    r"\blet off\b": "waived for",
    r"\bbelongs? into\b": "belongs in",
    r"\bstays? away\b": "you can leave it out",
    r"\bbesides?\b": "with, next to, compared with, or apart from",
    r"\b[Oo]ne (row|line|file|cell|sheet|list) an? (?!time)": "one row for each ...",
    r"\banew\b": "again",
    r"\bas said\b|\bnot told\b|\btold only\b|\buntold\b": "say who told whom",
    r"\b(please|kindly|thank you|sorry for)\b": "nothing: ask or say it directly",
    r"\b(e\.g|i\.e|etc|via|viz|per (?!cent))\b": "for example, that is, through, for each",
    r"\bper cent\b": "%, or a percentage",
    r"\b[Ee]-mails?\b": "email",
    r"\w & \w": "and",
    r"\b\w+n[’']t\b": "the long form, for example cannot",
    r"\b(?:in|un)valid\b|\b[Ii]llegal\b": "what is wrong with it",
    r"\b(whilst|amongst|upon|hence|thereof|commence|utilise|prior to|in order to|regarding)\b": "a plain word",
    r"\bno longer holds?\b|\bby ourselves\b|\bjust now\b": "no longer works, we, at the moment",
    r"[a-z]!(?:\s|$)": "no exclamation mark",
}
NUMBERS = r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty)\b"
# Before or after these it is no count: "one of the two", "two-way".
NO_COUNT = r"(?:the|of|Kingston) (?:two|three|upon)\b"
ACRONYMS = frozenset(
    {
        *(
            "ANNEX",
            "AWS",
            "DOCX",
            "EVAL",
            "GDPR",
            "HMICFRS",
            "HTML",
            "HTTP",
            "HTTPS",
            "IDVA",
            "JPEG",
            "JSON",
            "JTAI",
            "MAPPA",
            "MASH",
            "NULL",
        ),
        *("ATLAS", "GUID", "MAXQDA", "QDPX"),
        *("PACE", "SARA", "SIGHUP", "SIGTERM", "SMTP", "SPSS", "STARTTLS", "UASC", "WCAG", "XLSX"),
    }
)
# The form of a value that somebody types, as programs write it.
PLACEHOLDERS = frozenset(
    {"AGENCY", "COHORT", "DATE", "FILE", "FOLDER", "INSPECTION", "KIND", "MANIFEST", "RETURN", "RULE", "SUBJECT"}
)
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
MOST_WORDS = 30
# Where a text has another's words, or a machine reads it.
EXCEPTIONS = (
    # The name that the inspectorate has for itself.
    "HM Inspectorate of Constabulary and Fire & Rescue Services",
    # The Kingston of a list of areas.
    "Kingston upon Thames",
    # Cells as a spreadsheet program writes them.
    "#REF! or #N/A",
)


@cache
def prose() -> tuple[Text, ...]:
    """Return what is prose: no lists of names that data is made up from, no markup and no expressions."""
    return tuple(
        text
        for text in texts()
        if not text.path.endswith(("/synthetic/names.py", "/linkage/model.py", "/linkage/splinking.py"))
        and not re.search(r"[<{]\w+[^>]*[>:;]|\{%|[|]{2}|l\.\w+ ?=|urn:|;\s*\w[\w-]*: ", text.text)
    )


@cache
def plain(text: Text) -> str:
    """Return a text without what it quotes of others."""
    words = text.text
    for exception in EXCEPTIONS:
        words = words.replace(exception, "")
    return re.sub(r"`[^`]*`|\bhttps?://\S+", "X", words)


def places(pattern: str, paths: str = "") -> list[str]:
    """Return where a pattern is met, each with the words around it."""
    met = []
    for text in prose():
        words = plain(text)
        for match in re.finditer(pattern, words) if re.match(paths, text.path) else ():
            around = words[max(0, match.start() - 40) : match.end() + 40]
            met.append(f"{text.place}: {' '.join(around.split())}")
    return met


def test_there_is_enough_to_hold() -> None:
    rooms = {text.path.split("/")[0] for text in prose()}
    assert {"cli", "docs", "flows", "models", "portal", "tasks", "validation"} <= rooms
    assert len(prose()) > 2500


@pytest.mark.parametrize("pattern", sorted(WORDS))
def test_no_text_has_a_word_that_the_style_does_without(pattern: str) -> None:
    met = places(pattern)
    assert not met, f"Write {WORDS[pattern]}:\n" + "\n".join(met)


def test_counts_are_numerals_and_one_stays_a_word() -> None:
    met = [place for place in places(NUMBERS) if not re.search(NO_COUNT, place)]
    assert not met, "Write the numeral:\n" + "\n".join(met)


def test_no_word_is_in_capitals_but_acronyms() -> None:
    known = ACRONYMS | PLACEHOLDERS
    met = [
        f"{text.place}: {word}"
        for text in prose()
        for word in re.findall(r"(?<![\w-])[A-Z]{4,}(?![\w-])", plain(text))
        if word not in known and text.path.startswith(("portal/", "flows/", "tasks/", "cli/", "docs/", "models/"))
    ]
    assert not met, "Write it small, or add the acronym:\n" + "\n".join(met)


def test_dates_and_times_are_written_out() -> None:
    shown = "flows/|portal/|tasks/"
    assert places(r"\b\d{1,2}/\d{1,2}/\d{2,4}\b", shown) == []
    assert places(r"\b\d{1,2}[:.]\d{2} ?(?:am|pm|hours|on)\b|\b\d{1,2} (?:am|pm)\b", shown) == []
    assert places(rf"\b\d{{1,2}}(?:st|nd|rd|th) (?:of )?(?:{MONTHS})|(?:{MONTHS}) \d{{1,2}},? \d{{4}}") == []


@pytest.mark.parametrize("room", ["cli/", "flows/", "portal/", "tasks/people/", "tasks/returns/", "tasks/watch/board"])
def test_sentences_of_pages_notices_and_forms_have_no_semicolon(room: str) -> None:
    met = [place for place in places(r"[a-z]; (?=[a-zX])", room) if not re.search("charset|filename", place)]
    assert not met, "Make two sentences:\n" + "\n".join(met)


def test_no_sentence_is_longer_than_people_read_at_once() -> None:
    long = [
        f"{text.place}: {len(words)} words: {sentence}"
        for text in prose()
        for sentence in re.split(r"(?<=[.?:!;])\s+|\n|\|", plain(text))
        if len(words := re.findall(r"[\w'’/.@-]+", sentence)) > MOST_WORDS
    ]
    assert not long, f"Use {MOST_WORDS} words at most:\n" + "\n".join(long)


@pytest.mark.parametrize(
    "sentence",
    [
        "Mend your file",
        "Explain what is right though odd",
        "One row a child and incident",
        "Look it up via the portal",
        "You can't send it",
        "The value is invalid",
        "Fire & rescue",
        "Send an e-mail",
        "Well done!",
        "It stands beside it",
    ],
)
def test_the_list_sees_what_it_is_for(sentence: str) -> None:
    assert any(re.search(pattern, sentence.lower()) or re.search(pattern, sentence) for pattern in WORDS)
