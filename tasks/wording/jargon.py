"""Jargon, each with plain words for it."""

import re

_LIST = """
leverage: use
leveraging: using
synergies: what is better done together
paradigm: way of working
going forward: from now on
moving forward: from now on
move the dial: change something
moving the dial: changing something
laser focus: attention
laser-focused: attentive
granular: detailed
granularity: detail
deliverables: what is to be done
drill down: look more closely
drilled down: looked more closely
helicopter view: overview
bird's eye view: overview
bandwidth: time
touch base: speak with
touched base: spoke with
blue sky thinking: new ideas
low-hanging fruit: what is easy to do
at pace: quickly
operationalise: put into practice
operationalised: put into practice
incentivise: encourage
incentivised: encouraged
disincentivise: discourage
mainstreamed: made usual
mainstreaming: making usual
in silos: apart from each other
siloed: kept apart
silo working: working apart
cascaded down: passed on
cascade down: pass on
cascaded to: passed on to
NFA'd: closed without action
NFAd: closed without action
NFA: no further action
DNA'd: did not attend
action the learning: act on what was learned
progress this: go on with this
workstream: piece of work
in situ: in place
embedded in the DNA: usual
in the DNA: usual
wraparound package: help
holistic wraparound: help in everything
menu of interventions: kinds of help
key stakeholders: who is concerned, by name
stakeholder engagement: speaking with those concerned
upskill: train
upskilled: trained
upskilling: training
outcomes-focused: about what changes for children
solutionise: solve
learnings: lessons
ideate: think of
best-in-class: good
world-class: good
game changer: what changed much
step change: a large change
journey of travel: direction
direction of travel: direction
ring-fence: keep for
push the envelope: try more
buy-in: agreement
pivot to: change to
ecosystem: services
landscape of provision: services
universal tier 2: early help
CSC: children's social care
LAC: children in care
CLA: children in care
looked after child review: review for the child in care
non-mol: non-molestation order
MOP: member of the public
sub-optimal: not good enough
fit for purpose: good enough
blended offer: help
hand-offs: passing on
double-down: do more
deep dive of: closer look at
granular deep dive: closer look
horizon scanning: looking ahead
thought leadership: ideas
co-terminous: with the same borders
"""
_PLAIN = {
    term.strip().lower(): plain.strip() for term, plain in (line.split(": ") for line in _LIST.split("\n") if line)
}
# The longest first: of several that fit at one place the first is taken.
_TERMS = re.compile(
    r"(?<![\w'-])(" + "|".join(sorted(map(re.escape, _PLAIN), key=len, reverse=True)) + r")(?![\w'-])", re.IGNORECASE
)


def jargon(sentence: str) -> tuple[tuple[str, str], ...]:
    """Return the jargon in a sentence, each term as it is written with plain words for it."""
    text = sentence.replace("\u2019", "'")
    return tuple((match[1], _PLAIN[match[1].lower()]) for match in _TERMS.finditer(text))
