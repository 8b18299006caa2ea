"""Makes paragraphs of letters, clean ones and ones with a misuse planted; nothing here is taken from the linter.

Its words were written from letters' manner and from what inspectors' style guides warn of, before the linter's lists
were, and this module imports none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tasks.drafting.draft import Binding

_BODIES = (
    *(
        "the police",
        "the council",
        "midwives",
        "health visitors",
        "the probation service",
        "schools",
        "early help staff",
    ),
    *("the partnership", "housing officers", "the integrated care board", "senior leaders", "the refuge"),
)
_DO = (
    *(
        "share information promptly",
        "meet every week",
        "listen to children",
        "review plans on time",
        "train their staff",
    ),
    *("record what children say", "check what has changed", "act when risk grows", "ask about violence at home"),
)
_WHEN = (
    *("when a concern is raised", "after each incident", "before a plan ends", "at the front door", "during pregnancy"),
    *("in Eastmere and the villages around it", "under Operation Encompass", "with good effect", "since January 2024"),
)
_THINGS = (
    *("Decisions", "Assessments", "Referrals", "Minutes of meetings", "Safety plans", "Records", "Handovers"),
    *("Strategy discussions under section 47 of the Children Act 1989", "Visits", "Daily meetings"),
)
_ARE = (
    *("are timely", "are clear and thorough", "reach the right people", "set out what will happen next"),
    *(
        "lack detail",
        "are delayed at weekends",
        "do not always show what life is like for the child",
        "vary in quality",
    ),
)
_EFFECTS = (
    *("This helps children aged 0 to 7 to be safe.", "As a result, children wait too long for help."),
    *("It means that risk is understood early.", "Unborn children are considered as well."),
    *("Leaders know this and have a plan.", "There may be further to go."),
    *("The multi-agency safeguarding hub (MASH) works well. MASH managers check decisions daily.",),
    *("NHS staff value the training.", "Over the past two years, leaders have invested in this."),
    *("For one young child, this meant a safe home.", "Workers in Long Eaton and St Helens do the same."),
    *("GPs are not invited to these meetings.", "The domestic abuse strategy 2023 to 2026 sets clear aims."),
    *("Victims are believed.", "Parents who use violence are held to account.", "Fathers are included in plans."),
)


def clean_sentence(random: Random) -> str:
    """Return a sentence, or two that belong together, as letters have them."""
    shape = random.randrange(4)
    if shape == 0:
        return _capital(f"{random.choice(_BODIES)} {random.choice(_DO)} {random.choice(_WHEN)}.")
    if shape == 1:
        return f"{random.choice(_THINGS)} {random.choice(_ARE)}."
    if shape == 2:
        return _capital(
            f"{random.choice(_BODIES)} and {random.choice(_BODIES)} {random.choice(_DO)}, and "
            f"{random.choice(_THINGS).lower()} {random.choice(_ARE)}."
        )
    return random.choice(_EFFECTS)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


_FAMILY = (
    "The mother",
    "Her mother",
    "This father",
    "His parents",
    "The family",
    "One mother",
    "The victim",
    "Mum",
    "The child’s parents",
)
_FAULTS = (
    *("failed to keep the children safe", "would not engage with workers", "chose to stay with her abusive partner"),
    *("is non-compliant with the plan", "was hostile and obstructive", "put the children in harm’s way by going back"),
    *(
        "lied to professionals",
        "has only herself to blame",
        "did not care enough to attend",
        "was in denial about the abuse",
    ),
    *("refused all help", "is a bad influence", "failed to protect her baby", "exposed the children to violence"),
    *(
        "neglected to tell anyone",
        "was too lazy to bring the child to clinic",
        "is hard to reach",
        "disengaged from services",
    ),
    *(
        "provoked the incidents",
        "was uncooperative throughout",
        "allowed him back into the home",
        "was to blame for the delay",
    ),
)
_WORKERS = (
    "The social worker",
    "One officer",
    "The headteacher",
    "A named midwife",
    "The duty manager",
    "The health visitor",
)
_WORKER_FAULTS = (
    *(
        "was incompetent",
        "is at fault for the delay",
        "was careless with the file",
        "should be ashamed of this decision",
    ),
    *(
        "is personally responsible for the harm",
        "was lazy",
        "failed this child",
        "showed poor judgement and is to blame",
    ),
)
_CLUNKY = (
    *("Partners leverage synergies across the system.", "There is a paradigm shift in how partners operate."),
    *("Leaders are moving the dial on early help.", "Cases are NFA’d at the front door."),
    *("Staff action the learning going forward.", "The partnership has a laser focus on outcomes."),
    *("Workers do not operationalise the plan.", "Information is cascaded down to teams in silos."),
    *(
        "Children are stepped down to universal tier 2 provision.",
        "Service users are signposted to a menu of interventions.",
    ),
    *("The board needs to drill down into the deliverables.", "There is a granular deep dive of the workstreams."),
    *("Partners take a helicopter view of the pathway.", "The offer is co-produced with key stakeholders at pace."),
    *("Managers utilise the toolkit to incentivise teams.", "Workers touch base with families about the interface."),
    *(
        "The threshold was not met, so the case was closed to CSC.",
        "Partners lack bandwidth to progress this workstream.",
    ),
    *("There is no holistic wraparound package in situ.", "Best practice is not mainstreamed or embedded in the DNA."),
)
_LETTERS = (
    "QSB",
    "DAPT",
    "HVX",
    "PLDN",
    "CRU",
    "IFST",
    "SWIM",
    "VNP",
    "ERT",
    "BCU",
    "OPM",
    "MDTX",
    "SHAC",
    "YPSS",
    "TRIM",
)
_ACRONYMS = (
    "The {} does not share what it knows.",
    "Workers send each referral to {} first.",
    "{} meetings are well attended.",
    "Neither the police nor {} staff have read the plan.",
    "The role of {} is unclear to schools.",
)
_FIRST = (
    "Sarah",
    "Mohammed",
    "Chloe",
    "Liam",
    "Aisha",
    "Jack",
    "Priya",
    "Daniel",
    "Emily",
    "Oliver",
    "Zofia",
    "Callum",
    "Jade",
    "Tyler",
)
_LAST = ("Henderson", "Okafor", "Whitfield", "Patel", "Kowalska", "Bramley", "Singh", "Ashworth", "Nowak", "Teague")
_NAMES = (
    "We spoke to {first} {last} about the plan.",
    "Workers from the team visited {first} each week.",
    "When {first} told her teacher, the school acted.",
    "The plan that Mrs {last} wrote is clear.",
    "Mr {last} was not invited to the conference.",
    "A worker, {first} {last}, keeps in touch with the family.",
    "Records show that {first}’s father had moved.",
    "The team led by Dr {last} is effective.",
    "In this case PC {last} attended within the hour.",
    "{first} {last} chairs the meeting well.",
    "Detective Inspector {last} now reviews each case.",
)
_SHARES = (
    "Of referrals, {n}% are late.",
    "We saw that {n} per cent of plans were out of date.",
    "Attendance of GPs is below {n}%.",
    "Nearly {n} percent of visits took place.",
    "Only {n} % of strategy meetings had a health worker.",
    "A rise of {n}.5% in referrals was seen.",
)
_DOUBLED = (
    "This may possibly suggest that plans are weak.",
    "It seems that workers might perhaps have known.",
    "There could potentially be some indication that risk appears to be missed.",
    "It would appear that managers possibly do not check.",
    "Partners arguably seem to be somewhat unsure of their role.",
    "This might tend to indicate that visits are perhaps late.",
    "Leaders probably may not know of this.",
    "Plans are apparently likely to be somewhat unclear.",
    "It is possible that this could suggest a gap.",
    "The delay perhaps seems to have been avoidable.",
    "Oversight is, it would seem, maybe not strong.",
)
_NUMBERS = ("two", "three", "four", "five", "six", "eleven", "3", "4", "7", "12", "23", "40")
_COUNTED = (
    "We looked at the records of {n} children.",
    "In {n} of the cases that we read, the father was not seen.",
    "For {n} children, the plan came late.",
    "Of {n} babies, none had been seen alone.",
    "Inspectors tracked {n} children and read their files.",
    "{N} of the children had no plan.",
    "There were {n} families in which nobody asked.",
    "We sampled {n} cases.",
    "Risk was missed in {n} out of 47 cases.",
    "A group of {n} siblings waited for weeks.",
)
_CODES = (
    "This is finding F{n:02}.",
    "As F{n:02} sets out, plans are late.",
    "Child T{m} was seen alone.",
    "In case S{n}, the police acted well.",
    "See evidence E{n:03} for more.",
    "The evaluation area EA{m:02} is a strength.",
    "Workers knew of T{m} and S{n}.",
    "Paragraph P{m:02} says more of this.",
    "Our notes (N{n:04}) show the same.",
    "This was reported under reference POL-{m}.",
)
_TAILS = (
    *("which means that those who depend on it must wait", "because the people who decide are not in the room"),
    *(
        "although leaders had been made aware of this in good time",
        "and the reasons for this were not written down anywhere",
    ),
    *(
        "so that those who visit the home do not have what they need",
        "while others continue to work from what they were given",
    ),
    *(
        "even though the plan that was agreed at the start says otherwise",
        "and nobody has since gone back to look at it again",
    ),
    *(
        "which leaves the people who know the family best without a voice",
        "and this in turn slows the work of everybody else",
    ),
)


def _blame(random: Random) -> str:
    if random.random() < 0.7:
        return f"{random.choice(_FAMILY)} {random.choice(_FAULTS)}."
    return f"{random.choice(_WORKERS)} {random.choice(_WORKER_FAULTS)}."


def _name(random: Random) -> str:
    return random.choice(_NAMES).format(first=random.choice(_FIRST), last=random.choice(_LAST))


def _count(random: Random) -> str:
    number = random.choice(_NUMBERS)
    return random.choice(_COUNTED).format(n=number, N=number.capitalize())


def _code(random: Random) -> str:
    return random.choice(_CODES).format(n=random.randrange(1, 48), m=random.randrange(1, 8))


def _long(random: Random) -> str:
    tails = random.sample(_TAILS, 8)
    return _capital(f"{random.choice(_BODIES)} {random.choice(_DO)} {random.choice(_WHEN)}, {', '.join(tails)}.")


PLANTS: dict[str, Callable[[Random], str]] = {
    "blame": _blame,
    "jargon": lambda random: random.choice(_CLUNKY),
    "acronym": lambda random: random.choice(_ACRONYMS).format(random.choice(_LETTERS)),
    "name": _name,
    "percentage": lambda random: random.choice(_SHARES).format(n=random.randrange(2, 98)),
    "hedges": lambda random: random.choice(_DOUBLED),
    "count": _count,
    "id": _code,
    "long_sentence": _long,
}
"""What is planted, by the name of the rule that should see it."""


@dataclass(frozen=True, slots=True)
class Made:
    """A paragraph, the misuse planted in it (empty where it is clean), and the cases behind its sentences."""

    text: str
    planted: str
    bindings: tuple[Binding, ...] = ()


_QUANTIFIED = (
    ("Nearly all children are seen alone.", "nearly_all", 0.9, 1.0),
    ("Most children have a plan.", "most", 0.55, 1.0),
    ("A small number of children wait.", "small_number", 0.05, 0.25),
    ("Some children are not seen.", "some", 0.1, 0.7),
    ("All children had a health visitor.", "all", 1.0, 1.0),
    ("For a minority of families, help came late.", "minority", 0.1, 0.45),
)


def clean(random: Random) -> Made:
    """Return a paragraph in which nothing is wrong; now and then with a quantifier that its cases bear out."""
    parts = [clean_sentence(random) for _ in range(random.randrange(2, 5))]
    if random.random() < 0.3:
        sentence, code, least, most = random.choice(_QUANTIFIED)
        return Made(" ".join([sentence, *parts]), "", (_cases(random, code, random.uniform(least, most)),))
    return Made(" ".join(parts), "")


def planted(random: Random, kind: str) -> Made:
    """Return a paragraph with one misuse of a kind among clean sentences."""
    parts = [clean_sentence(random) for _ in range(random.randrange(1, 4))]
    if kind in ("share", "without_cases"):
        sentence, code, least, most = random.choice(_QUANTIFIED)
        if kind == "without_cases":
            return Made(" ".join([sentence, *parts]), kind)
        wrong = random.uniform(0.0, least * 0.6) if least > 0.5 else random.uniform(min(most + 0.25, 0.95), 1.0)
        return Made(" ".join([sentence, *parts]), kind, (_cases(random, code, wrong),))
    parts.insert(random.randrange(len(parts) + 1), PLANTS[kind](random))
    return Made(" ".join(parts), kind)


def _cases(random: Random, code: str, share: float) -> Binding:
    number = random.randrange(20, 48)
    shown = round(number * share)
    labels = [f"T{place}" for place in range(1, number + 1)]
    return Binding(0, code, tuple(labels[:shown]), tuple(labels[shown:]))


KINDS = (*PLANTS, "share", "without_cases")
