"""Names of people, numbers of children and ids of findings: none of them stands in a published letter's findings."""

import re

from tasks.linkage.forenames import COMMON

_TITLE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|PC|DC|DS|DI|DCI|Sgt|Sergeant|Inspector|Superintendent"
    r"|Constable|Nurse|Sister|Judge)\.? [A-Z][a-z]+(?:[- ][A-Z][a-z]+)?\b"
)
_WORD = re.compile(r"[A-Z][a-z]+(?:-[A-Z][a-z]+)?")
# A forename that is also a word, a month, a place, or half of a name of places and bodies.
_ALSO = """
abel ada ailsa albert ali alma ana andrew angel ann anne april arran arthur asa ash ashley ashton asia august
augustine austin autumn ava barrow bay bella ben beverley blessing bradley brandon brook brooke burnley carter
charlotte chase chelsea chester clare clay clement cleo clive cooper crystal daisy dale darwen david dawn dean
destiny devon douglas eden edmund edward ella ellen elliot ellis eve faith fern florence forest frank george
grace graham grant guy hadley harley harris hayden hayes hazel heath heather helen henry holly honey hope
hudson hunter iona ira iris islay israel ivy jade james john jordan joy june kai kelvin kent kingsley kit
lance lane lea lee leigh lewis lily lincoln logan london luke marina mark marley martin mary mason matthew max
may melody mercy michael miles miller murray nell nelson nirvana norman olive paris parker pascal pat patrick
paul pearl penny perry peter pippa preston ray reed regent rex robin rose rowan ruby russell sandy savannah
scott serenity shannon sharon shirley sky skye stanley star stephen sterling storm summer sutton sydney talia
taylor tess thomas troy tyne victoria wade warren weston will william willow winter
"""
_ALSO_WORDS = frozenset(_ALSO.split())
_PLACE = re.compile(
    r"(?:Hospitals?|House|Hall|Street|Road|Court|Lane|Ward|Park|Primary|School|Schools|Academy|College|Centre|Center|Unit"
    r"|Project|Programme|Trust|Foundation|Council|Clinic|Team|Service|Services|Hub|Law|Model|Review|Infirmary|University"
    r"|Royal|Library|Church|County|City|Borough|Partnership|Board|Operation|Clinic|Scheme|Order|Act|Charter|Report)"
)
_PRECEDED = re.compile(
    r"(?:St\.?|Saint|Operation|Project|Royal|Queen|King|Prince|Princess|Lord|Lady|North|South|East|West|The)$"
)


def names(sentence: str) -> tuple[str, ...]:
    """Return what reads as names of people: a title with a name, or a usual forename that is not also another word."""
    titled = [match[0] for match in _TITLE.finditer(sentence)]
    matches = list(_WORD.finditer(sentence))
    for place, match in enumerate(matches):
        before = matches[place - 1] if place else None
        after = matches[place + 1] if place + 1 < len(matches) else None
        if _is_forename(match[0]) and not _is_of_place(sentence, before, match, after):
            titled.append(match[0])
    return tuple(titled)


def _is_forename(word: str) -> bool:
    return word.lower() in COMMON and word.lower() not in _ALSO_WORDS


def _is_of_place(
    sentence: str, before: re.Match[str] | None, match: re.Match[str], after: re.Match[str] | None
) -> bool:
    """Return whether a forename is part of the name of a place or body."""
    if before and sentence[before.end() : match.start()] == " " and _PRECEDED.match(before[0]):
        return True
    word = after
    return bool(word and sentence[match.end() : word.start()] in (" ", "\u2019s ", "'s ") and _PLACE.match(word[0]))


_SMALL = (
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    r"|nineteen|twenty|thirty|forty|fifty|a dozen|[1-4]?\d"
)
_CHILDREN = (
    r"(?:children|babies|infants|siblings|families|cases|young people|mothers|fathers|parents|victims|pupils|records)"
)
# "Aged 7 children", "under 2", "section 47" and parts of larger numbers count nobody.
_NOT_AFTER = ("aged", "ages", "age", "under", "over", "above", "to", "section", "stage", "tier", "level")
_AGE = "".join(f"(?<!{word} )" for word in _NOT_AFTER)
_AGE += r"(?<![\d.,-])"
_COUNT = re.compile(
    rf"\b{_AGE}({_SMALL})(?:-year-olds?)? (?:of (?:the |these |those )?(?:\d+ )?)?(?:\w+ ){{0,1}}{_CHILDREN}\b"
    rf"|\b{_AGE}({_SMALL}) (?:out )?of (?:the )?(?:{_SMALL})\b",
    re.IGNORECASE,
)
_ID = re.compile(
    r"\b(?:EA|F|P|N|E)\d{1,4}\b|\b[TS]\d{1,3}\b"
    # `S47 enquiry` and `S20 accommodation` name sections of a law.
    r"(?! (?:assess|enquir|inquir|accommod|audit|of|investig|strategy|duty|meeting|agree))"
    r"|\b[A-Z]{2,4}-\d{1,2}\b(?!\d)|\b[Ff]inding (?:no\.? |number )?[A-Z]?\d+\b"
)
_NO_IDS = re.compile(r"COVID-19|H\d|A\d|M\d|P2P")
# Of the area's population letters do give percentages, as the census and the Department for Education publish them.
_OF_AREA = re.compile(
    r"\b(?:England|national|nationally|population|deprived|census|ethnic|pupil premium)\b", re.IGNORECASE
)
_PERCENTAGE = re.compile(r"\b\d+(?:\.\d+)?\s?(?:%|per ?cent\b)", re.IGNORECASE)


def counts(sentence: str) -> str:
    """Return the words of a sentence that count fewer than 50 children, families or cases, or an empty text."""
    match = _COUNT.search(sentence)
    return match[0] if match else ""


def ids(sentence: str) -> str:
    """Return the first id of a finding, case, paragraph or return in a sentence, or an empty text."""
    return next((match[0] for match in _ID.finditer(sentence) if not _NO_IDS.match(match[0])), "")


def percentage(sentence: str) -> str:
    """Return the first percentage in a sentence that is not about the area's population, or an empty text."""
    match = _PERCENTAGE.search(sentence)
    return match[0] if match and not _OF_AREA.search(sentence) else ""
