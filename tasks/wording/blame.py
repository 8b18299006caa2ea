"""Blame of a person or a family, where a letter says what services did and what it meant for children."""

import re

_FAMILY = (
    r"\b(?:mothers?|fathers?|mums?|dads?|parents?|carers?|grandparents?|victims?|famil(?:y|ies)|wom[ae]n|couples?"
    r"|she|he)\b"
)
_WORKER = (
    r"\b(?:the|one|a|an|this|that|another|named|duty|allocated)\s+(?:\w+\s+){0,2}"
    r"(?:social worker|worker|officer|midwife|health visitor|teacher|headteacher|manager|practitioner|nurse"
    r"|doctor|GP|clerk)\b"
)
# Who did not fail to protect, or never refused, is not blamed.
_NOT_NOT = r"(?<!not )(?<!never )"
_OF_FAMILY = (
    r"fail(?:s|ed|ing|ure)? to (?:protect|safeguard|keep|engage|attend|co-?operate|comply|act|tell|care|put"
    r"|leave|follow)",
    r"refus(?:es|ed|ing)\b(?! (?:consent|permission))",
    r"cho(?:se|oses|osing) to (?:stay|remain|return|go|live|keep|put|ignore)",
    r"neglect(?:s|ed) to|did not (?:bother|care (?:about|enough)|want to (?:engage|work))|could not be bothered"
    r"|would not (?:engage|co-?operate|work|listen|leave)",
    r"(?:un|non-?)(?:co-?operative|compliant|engaging|engagement|willing)\b|disengaged\b|hard to (?:reach|engage)\b",
    r"(?:was|is|were|are|being) (?:\w+ )?(?:hostile|obstructive|aggressive|manipulative|lazy|feckless|resistant)\b",
    r"\blied\b|\blying\b|in denial|dishonest|(?:has|have|had) (?:only )?(?:her|him|them)sel(?:f|ves) to blame",
    r"to blame\b|at fault|deserve[sd]?\b|provok(?:es|ed|ing)|(?:brought|bring) (?:it|this) on",
    r"put(?:s|ting)? (?:her|him|them)sel(?:f|ves) (?:at risk|in (?:harm|danger))",
    r"put(?:s|ting)? (?:the |her |his |their )?(?:child|children|baby|babies|sons?|daughters?) (?:at risk"
    r"|in (?:harm|danger))",
    r"expos(?:es|ed|ing) (?:the |her |his |their )?(?:child|children|baby|babies|sons?|daughters?)",
    r"allow(?:s|ed|ing) (?:him|the abuser|her partner|this man|the perpetrator)",
    r"bad (?:mother|father|parent|influence|home)|unfit\b|irresponsib|selfish|dysfunctional|feckless|too lazy",
)
_OF_WORKER = (
    r"incompeten|at fault|careless|lazy|asham|to blame|negligen|unprofessional|incapable|guilty|sloppy|useless",
    r"(?:personally |solely )responsible for|fail(?:s|ed) (?:this|the|her|his|these)\b|poor judge?ment"
    r"|could not be bothered",
)
_BEFORE = (
    r"(?:non-?engaging|non-?compliant|hostile|feckless|manipulative|neglectful|chaotic|unco-?operative|irresponsible"
    r"|problem|toxic|dysfunctional|unfit|hard[- ]to[- ]reach)"
)
# Words of judgement on a child or a relationship, whoever stands before them.
_TERMS = r"\b(?:promiscuous|attention[- ]seeking|streetwise|lifestyle choice|tit[- ]for[- ]tat|toxic relationship)\b"
_NEAR = r"[^.;:!?]{0,60}?"
_BLAME = re.compile(
    rf"{_FAMILY}{_NEAR}{_NOT_NOT}(?:{'|'.join(_OF_FAMILY)})"
    rf"|{_WORKER}{_NEAR}{_NOT_NOT}(?:{'|'.join(_OF_WORKER)})"
    # `chr(92)` is the backslash, which Python 3.11 does not take within the braces of an f-string.
    rf"|{_TERMS}|\b{_BEFORE} {_FAMILY.removeprefix(chr(92) + 'b')}"
    rf"|{_FAMILY}['\u2019]s? (?:failure|refusal|fault|non-?compliance|non-?engagement|lack of engagement)",
    re.IGNORECASE,
)


def blame(sentence: str) -> str:
    """Return the words of a sentence that blame a family or a single worker, or an empty text."""
    match = _BLAME.search(sentence)
    return match[0] if match else ""
