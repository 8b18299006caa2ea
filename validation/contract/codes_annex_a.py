"""The code sets of the council's Annex A lists, in the spellings of case systems: lettered, as codes, as words."""

from models.areas import areas
from validation.contract.codes import CASE_STATUS, code_set
from validation.contract.model import Code, CodeSet

GENDER = code_set(
    "GENDER",
    ("M", "Male", "1", "boy"),
    ("F", "Female", "2", "girl"),
    (
        "U",
        "Not stated/recorded (or unborn)",
        "0",
        "9",
        "not stated/recorded",
        "not stated",
        "not recorded",
        "not known",
        "not specified",
        "unknown",
        "unborn",
        "unborn/unknown",
        "withheld",
    ),
    ("N", "Neither", "I", "indeterminate", "non-binary"),
)
NEED = code_set(
    "NEED",
    ("N1", "Abuse or neglect"),
    ("N2", "Child's disability", "child's disability or illness"),
    ("N3", "Parental disability or illness", "parent's disability or illness"),
    ("N4", "Family in acute stress"),
    ("N5", "Family dysfunction"),
    ("N6", "Socially unacceptable behaviour"),
    ("N7", "Low income"),
    ("N8", "Absent parenting"),
    ("N9", "Cases other than children in need", "not CIN"),
    ("N0", "Not stated"),
)
CPCAT = code_set(
    "CPCAT",
    ("NEG", "Neglect"),
    ("PHY", "Physical abuse", "physical"),
    ("SAB", "Sexual abuse", "sexual"),
    ("EMO", "Emotional abuse", "emotional"),
    ("MUL", "Multiple", "multiple categories", "multiple/not recommended"),
)
CLOSURE = code_set(
    "CLOSURE",
    ("RC1", "Adopted"),
    ("RC2", "Died"),
    ("RC3", "Child arrangements order", "residence order"),
    ("RC4", "Special guardianship order", "special guardianship", "SGO"),
    ("RC5", "Transferred to another local authority", "moved to another LA"),
    ("RC6", "Transferred to adult social care", "adult social care"),
    ("RC7", "Services ceased for any other reason", "other, no longer in need", "no longer in need"),
    ("RC8", "Case closed after assessment, no further action", "closed after assessment, no action"),
    ("RC9", "Case closed after assessment, referred to early help", "closed after assessment, to early help"),
)
CASE_STATUS_A = CodeSet("CASESTATUS_A", CASE_STATUS.codes[:5])
LEGAL = code_set(
    "LEGAL",
    ("interim_care_order", "Interim care order", "interim care orders", "C1", "ICO"),
    ("full_care_order", "Full care order", "full care orders", "care order", "C2", "FCO"),
    ("freed_for_adoption", "Freed for adoption", "freeing order granted", "freeing order", "D1"),
    ("placement_order", "Placement order granted", "placement order", "E1"),
    (
        "accommodated_s20",
        "Accommodated under section 20",
        "accommodated under S20",
        "section 20",
        "S20",
        "V2",
        "V3",
        "V4",
        "single period of accommodation under section 20",
    ),
    (
        "child_protection_detention",
        "Detained on child protection grounds in LA accommodation",
        "under police protection and in LA accommodation",
        "emergency protection order",
        "under child assessment order and in LA accommodation",
        "EPO",
        "L1",
        "L2",
        "L3",
    ),
    (
        "youth_justice",
        "Youth justice legal statuses",
        "youth justice",
        "remanded to LA accommodation or to youth detention accommodation",
        "LA accommodation under PACE",
        "detained in LA accommodation under PACE",
        "J1",
        "J2",
        "J3",
    ),
)
PLACEMENT = code_set(
    "PLACEMENT",
    ("foster", "Foster placement", "fostering", "U1", "U2", "U3", "U4", "U5", "U6"),
    ("adoption", "Placed for adoption", "A3", "A4", "A5", "A6"),
    ("parents", "Placed with parents", "with parents", "P1"),
    ("independent_living", "Independent living", "P2"),
    ("residential_employment", "Residential employment", "P3"),
    ("residential_accommodation", "Residential accommodation", "semi-independent living", "H5"),
    ("secure_home", "Secure children's homes", "secure children's home", "secure unit", "K1"),
    ("childrens_home", "Children's homes", "children's home", "K2"),
    ("care_home", "Residential care home", "R1"),
    ("nhs", "NHS/Health Trust", "NHS", "hospital", "R2"),
    ("family_centre", "Family centre or mother and baby unit", "family centre", "mother and baby unit", "R3"),
    ("young_offender_institution", "Young offender institution", "YOI", "R5"),
    ("residential_school", "Residential school", "S1"),
    ("other", "Other placements", "other placement", "Z1"),
    ("temporary", "Temporary placement", "T0", "T1", "T2", "T3", "T4"),
)
PROVIDER = code_set(
    "PROVIDER",
    ("own_la", "Own LA", "own local authority", "PR1"),
    ("private", "Private", "private provision", "PR4"),
    ("other", "Other", "other LA", "voluntary", "PR0", "PR2", "PR3", "PR5"),
)
IN_OUT = code_set(
    "LOCATION",
    ("in", "In", "inside", "in area", "in LA"),
    ("out", "Out", "outside", "out of area", "out of LA"),
)
CEASED = code_set(
    "CEASED",
    ("adopted", "Adopted", "E11", "E12"),
    ("died", "Died", "E2"),
    ("another_la", "Care taken by another LA", "care taken over by another LA", "E3"),
    (
        "returned_home",
        "Returned home to live with parents or relatives",
        "returned home",
        "returned home to live with parents, relatives, or other person with parental responsibility",
        "E4A",
        "E4B",
    ),
    (
        "left_care_to_parents",
        "Left care to live with parents, relatives or other person",
        "left care to live with parents, relatives, or other person with no parental responsibility",
        "E13",
    ),
    ("residence_order", "Residence order granted", "child arrangements order granted", "CAO", "E41"),
    (
        "special_guardianship",
        "Special guardianship orders",
        "special guardianship order",
        "SGO",
        *("E43", "E44", "E45", "E46", "E47", "E48"),
    ),
    ("independent_living", "Moved into independent living", "independent living", "E5", "E6"),
    (
        "adult_residential_care",
        "Transferred to residential care funded by adult social care",
        "transferred to residential care funded by adult social care services",
        "E7",
    ),
    ("custody", "Sentenced to custody", "E9"),
    ("remand_ended", "Accommodation on remand ended", "E14"),
    ("age_assessment", "Age assessment determined child was 18 or over", "E15"),
    ("moved_abroad", "Child moved abroad", "moved abroad", "E16"),
    ("other", "Care ceased for any other reason", "any other reason", "E8", "E17"),
)
PERMANENCE = code_set(
    "PERMANENCE",
    ("return_to_family", "Return to family", "return home"),
    "adoption",
    ("sgo_cao", "SGO/CAO", "SGO", "CAO", "special guardianship order", "child arrangements order"),
    ("supported_living", "Supported living in the community", "supported living"),
    ("long_term_residential", "Long-term residential placement", "long-term residential"),
    ("long_term_fostering", "Long-term fostering", "long term foster placement"),
    "other",
)

_STYLES = ("{} council", "{} city council", "{} county council", "{} borough council", "London Borough of {}")
_ELSEWHERE = ("Wales", "Scotland", "Northern Ireland")
LA_NAME = CodeSet(
    "LA_NAME",
    (
        *(Code(a.name, a.name, (gss, *(s.format(a.name) for s in _STYLES))) for gss, a in areas().items()),
        *(Code(name, name) for name in _ELSEWHERE),
        Code("Other", "Another place, outside the United Kingdom", ("outside the UK", "abroad")),
    ),
)
