"""The code sets, and how a sender's spelling finds its code: case, spaces, letters in front, labels do not matter."""

import re

from models.words import titled
from validation.contract.model import Code, CodeSet

# Official lists put a letter before each answer, as in `a) Yes`.
_LETTERED = re.compile(r"^\s*[a-z]\d?\)\s*", re.IGNORECASE)
_NOT_WORD = re.compile(r"[^a-z0-9]+")
# What can only be a code: up to three letters and a digit or two, or four capitals; then words set off from it.
_HEADED = re.compile(r"\s*([A-Za-z]{0,3}[0-9]{1,2}[A-Za-z]?|[A-Z]{4})(?:\s*:|\s+-|\s+\[)")
# A minus is not punctuation before a digit: -1 is no spelling of 1.
_NEGATIVE = re.compile(r"\s*-\s*[0-9]")
_SEPARATORS = re.compile(r"[;,|/\n]+")


def spelling(text: str) -> str:
    """Return the form in which spellings are compared: lower case, no lettered prefix, letters and digits only."""
    return _NOT_WORD.sub("", _LETTERED.sub("", text).lower())


def spellings(codes: CodeSet) -> dict[str, str]:
    """Return spelling -> code for every way in which the codes of the set may be written."""
    codes_by_spelling: dict[str, str] = {}
    for entry in codes.codes:
        for text in (entry.code, entry.label, f"{entry.code} {entry.label}", *entry.spellings):
            codes_by_spelling.setdefault(spelling(text), entry.code)
    return codes_by_spelling


def code_of(text: str, codes_by_spelling: dict[str, str]) -> str | None:
    """Return the code that a sender's text means, or None.

    A code with any words after it, such as `3A: Health services`, means the code: systems shorten the words.
    """
    if _NEGATIVE.match(text):
        return None
    # Whole first: a label may itself begin with letters that are another code.
    code = codes_by_spelling.get(spelling(text))
    if code is None and (headed := _HEADED.match(_LETTERED.sub("", text))):
        code = codes_by_spelling.get(spelling(headed[1]))
    return code


def items_of(text: str) -> list[str]:
    """Return the items of a list typed in one cell, however they are separated."""
    return [item.strip() for item in _SEPARATORS.split(text) if item.strip()]


def code_set(name: str, *codes: str | tuple[str, ...]) -> CodeSet:
    """Return a code set; a code alone is its own label, a tuple is code, label and other spellings."""
    made = [(c, titled(c)) if isinstance(c, str) else c for c in codes]
    return CodeSet(name, tuple(Code(c[0], c[1], tuple(c[2:])) for c in made))


YES = ("Yes", "Yes", "y", "1", "true", "t")
NO = ("No", "No", "n", "0", "false", "f")
YN = code_set("YN", YES, NO)
YNU = code_set("YNU", YES, NO, ("Unknown", "Unknown", "u", "not known", "dk", "nk"))
SEX = code_set(
    "SEX",
    ("M", "Male", "boy", "1"),
    ("F", "Female", "girl", "2"),
    (
        "U",
        "Unknown or unborn",
        "unknown",
        "unborn",
        "not stated",
        "not stated/recorded",
        "indeterminate",
        "neither",
        "0",
    ),
)

ETHNICITY = code_set(
    "ETHNICITY",
    ("WBRI", "White British", "white - british", "British"),
    ("WIRI", "White Irish", "Irish"),
    ("WIRT", "Traveller of Irish heritage", "Irish Traveller"),
    ("WOTH", "Any other White background", "other white", "white other"),
    ("WROM", "Gypsy/Roma", "gypsy roma", "roma"),
    ("MWBC", "White and Black Caribbean"),
    ("MWBA", "White and Black African"),
    ("MWAS", "White and Asian"),
    ("MOTH", "Any other mixed background", "other mixed", "mixed other"),
    ("AIND", "Indian"),
    ("APKN", "Pakistani"),
    ("ABAN", "Bangladeshi"),
    ("AOTH", "Any other Asian background", "other asian", "asian other"),
    ("BCRB", "Caribbean", "black caribbean"),
    ("BAFR", "African", "black african"),
    ("BOTH", "Any other Black background", "other black", "black other"),
    ("CHNE", "Chinese"),
    ("OOTH", "Any other ethnic group", "other ethnic group", "other"),
    ("REFU", "Refused"),
    ("NOBT", "Information not yet obtained", "not yet obtained", "not obtained"),
    ("UNKNOWN", "Unknown", "not known", "not stated"),
)

SOURCE = code_set(
    "SOURCE",
    ("1A", "Individual: family member, relative or carer", "Individual"),
    ("1B", "Individual: acquaintance, including neighbour and childminder"),
    ("1C", "Individual: self", "Self"),
    ("1D", "Individual: other"),
    ("2A", "Schools", "School"),
    ("2B", "Education services"),
    ("3A", "GP"),
    ("3B", "Health visitor"),
    ("3C", "School nurse"),
    ("3D", "Other primary health services"),
    ("3E", "A&E", "Accident and emergency", "Emergency department"),
    ("3F", "Other health services"),
    ("4", "Housing"),
    ("5A", "Local authority social care, for example adults"),
    ("5B", "Other internal service of the local authority"),
    ("5C", "Local authority external"),
    ("5D", "Local authority early help", "Early help"),
    ("6", "Police"),
    ("7", "Other legal agency: courts, probation, immigration, Cafcass", "Other legal agency"),
    ("8", "Other: children's centre, independent agency, voluntary sector", "Other"),
    ("9", "Anonymous"),
    ("10", "Unknown"),
)

NO_FACTORS = "21"
"""Says that an assessment found none of the factors; no other code can stand with it."""

FACTORS = code_set(
    "FACTORS",
    ("1A", "Alcohol misuse: child"),
    ("1B", "Alcohol misuse: parent or carer"),
    ("1C", "Alcohol misuse: another person"),
    ("2A", "Drug misuse: child"),
    ("2B", "Drug misuse: parent or carer"),
    ("2C", "Drug misuse: another person"),
    ("3A", "Domestic abuse: child is the subject"),
    ("3B", "Domestic abuse: parent or carer is the subject"),
    ("3C", "Domestic abuse: another household member is the subject"),
    ("4A", "Mental health: child"),
    ("4B", "Mental health: parent or carer"),
    ("4C", "Mental health: another person"),
    ("5A", "Learning disability: child"),
    ("5B", "Learning disability: parent or carer"),
    ("5C", "Learning disability: another person"),
    ("6A", "Physical disability or illness: child"),
    ("6B", "Physical disability or illness: parent or carer"),
    ("6C", "Physical disability or illness: another person"),
    ("7A", "Young carer"),
    ("8B", "Private fostering: overseas"),
    ("8C", "Private fostering: educational"),
    ("8D", "Private fostering: language student"),
    ("8E", "Private fostering: other"),
    ("8F", "Private fostering: refugee"),
    ("9A", "Unaccompanied asylum-seeking child"),
    ("10A", "Missing"),
    ("11A", "Child sexual exploitation"),
    ("12A", "Trafficking"),
    ("13A", "Gangs"),
    ("14A", "Socially unacceptable behaviour"),
    ("15A", "Self-harm"),
    ("16A", "Neglect"),
    ("17A", "Emotional abuse"),
    ("18B", "Physical abuse: child on child"),
    ("18C", "Physical abuse: adult on child"),
    ("19B", "Sexual abuse: child on child"),
    ("19C", "Sexual abuse: adult on child"),
    ("20", "Other"),
    (NO_FACTORS, "No factors"),
    ("22A", "Female genital mutilation"),
    ("23A", "Abuse linked to faith or belief"),
    ("24A", "Child criminal exploitation"),
)

CASE_STATUS = code_set(
    "CASESTATUS",
    ("looked_after", "Looked after child", "Children looked after", "CLA", "LAC", "in care"),
    ("child_protection_plan", "Child Protection plan", "CP plan", "CPP", "CP", "child protection"),
    ("child_in_need_plan", "Child in need plan", "CIN plan", "CIN", "child in need"),
    ("open_assessment", "Open assessment", "assessment"),
    ("closed", "Closed episode"),
    ("early_help", "Early help", "EH"),
    ("contact_only", "Contact only", "contact"),
    ("no_further_action", "No further action", "NFA"),
)

CRIME = code_set("CRIME", ("crime", "Crime", "yes"), ("non_crime", "Non-crime", "non crime incident", "no"))
OFFENCE = code_set(
    "OFFENCE",
    "violence_with_injury",
    "violence_without_injury",
    "stalking_harassment",
    "coercive_control",
    "sexual",
    "criminal_damage",
    "public_order",
    "other",
)
RISK_TOOL = code_set("RISK_TOOL", ("DASH", "DASH"), ("DARA", "DARA"), ("other", "Other"), ("none", "None"))
RISK_GRADE = code_set(
    "DA_RISK", ("standard", "Standard", "low"), ("medium", "Medium"), ("high", "High"), ("not_assessed", "Not assessed")
)
CHILD_PRESENT = code_set(
    "CHILD_PRESENT",
    ("present_saw", "Present and saw", "saw"),
    ("present_heard", "Present and heard", "heard"),
    ("in_premises", "In the premises", "in premises"),
    ("not_present", "Not present"),
    ("unknown", "Unknown"),
)
RELATIONSHIP = code_set("RELATIONSHIP", "intimate_partner", "ex_partner", "parent", "other_family", "other")
ENCOMPASS = code_set(
    "ENCOMPASS",
    ("yes", "Yes", "y", "1"),
    ("no", "No", "n", "0"),
    ("not_school_age", "Not school age"),
    ("unknown", "Unknown"),
)
OUTCOME = code_set(
    "OUTCOME",
    "arrest",
    "voluntary_interview",
    "no_arrest",
    "charged",
    "caution",
    ("dvpn", "Domestic violence protection notice"),
    ("nfa", "No further action"),
    "ongoing",
)
ORDERS = code_set(
    "PROTECTIVE_ORDER",
    ("dvpn_dvpo", "Domestic violence protection notice or order", "dvpn", "dvpo"),
    ("dapo", "Domestic abuse protection order"),
    ("non_molestation", "Non-molestation order"),
    ("restraining_order", "Restraining order"),
    ("bail_conditions", "Bail conditions", "bail"),
    ("none", "None"),
)
ORDER_TYPE = code_set(
    "ORDER",
    "community_order",
    "suspended_sentence_order",
    "licence",
    ("post_sentence_supervision", "Post-sentence supervision"),
    "custody",
)
DA_FLAG = code_set("DA_FLAG", "index_offence", "previous_offence", "intelligence", "court_order")
ROSH = code_set("ROSH", ("LOW", "Low"), ("MEDIUM", "Medium"), ("HIGH", "High"), ("VERY_HIGH", "Very high"))
SARA = code_set("SARA", ("low", "Low"), ("moderate", "Moderate", "medium"), ("high", "High"))
PROGRAMME = code_set(
    "PROGRAMME",
    ("accredited_da", "Accredited domestic abuse programme"),
    ("structured", "Structured intervention"),
    ("rar_only", "Rehabilitation activity requirement only", "RAR only"),
    ("none", "None"),
    ("completed", "Completed"),
)
SERVICE = code_set(
    "SERVICE",
    "maternity",
    ("health_visiting", "Health visiting", "health visitor", "HV"),
    "school_nursing",
    ("gp", "GP"),
    ("ed_urgent_care", "Emergency department or urgent care", "A&E", "ED"),
    "ambulance",
    "paediatrics",
    ("camhs", "CAMHS"),
    "adult_mental_health",
    "substance_misuse",
    "sexual_health",
    ("mash_health", "Health in the MASH"),
    "other",
)
ENQUIRY = code_set("ENQUIRY", YES, NO, ("not_safe_to_ask", "Not safe to ask"))
HV_STAGE = code_set(
    "HV_CONTACT",
    ("antenatal", "Antenatal, from 28 weeks"),
    ("new_birth", "New birth, 10 to 14 days"),
    ("6_8_weeks", "6 to 8 weeks", "6-8 weeks"),
    ("9_12_months", "9 to 12 months", "9-12 months"),
    ("2_2_5_years", "2 to 2.5 years", "2-2.5 years", "2-2½ years"),
)
HV_LEVEL = code_set("HV_LEVEL", "universal", "targeted", "specialist")
GRADE = code_set("GRADE", "outstanding", "good", ("requires_improvement", "Requires improvement", "RI"), "inadequate")
AGENCY = code_set(
    "AGENCY",
    ("local_authority", "Local authority", "council", "children's social care", "csc"),
    "police",
    ("health", "Health", "ICB"),
    ("mental_health", "Mental health trust", "adult mental health"),
    ("ambulance", "Ambulance service", "ambulance trust"),
    ("probation", "Probation", "Probation Service"),
    "education",
    ("voluntary", "Voluntary sector"),
    ("youth_justice", "Youth justice"),
    ("marac", "Marac co-ordinator"),
    "other",
)
