"""The code sets of the further lists of police, Marac, health, education, youth justice and specialist services."""

from validation.contract.codes import code_set

PROTECTION_REASON = code_set(
    "PROTECTION_REASON",
    ("da", "Domestic abuse", "domestic violence", "DV"),
    ("neglect", "Neglect"),
    ("other", "Other"),
)
MARAC_REASON = code_set(
    "MARAC_REASON",
    ("professional_judgement", "Professional judgement", "professional judgment", "judgement"),
    ("visible_high_risk", "Visible high risk", "14 ticks or more", "14+ ticks", "VHR", "high risk"),
    ("escalation", "Escalation", "potential escalation"),
    ("repeat", "Repeat", "repeat case", "repeat referral"),
)
MARAC_REFERRER = code_set(
    "MARAC_REFERRER",
    ("police", "Police"),
    ("idva", "Independent domestic violence adviser", "IDVA"),
    ("csc", "Children's social care", "childrens services"),
    ("adult_sc", "Adult social care", "adult services"),
    ("health_primary", "Primary health care", "primary care", "GP"),
    ("health_secondary", "Secondary health care", "secondary care", "acute trust", "hospital", "A&E"),
    ("mental_health", "Mental health"),
    ("maternity", "Maternity", "midwifery"),
    ("health_visiting", "Health visiting", "health visitor", "HV"),
    ("education", "Education", "school"),
    ("probation", "Probation"),
    ("housing", "Housing"),
    ("substance_misuse", "Substance misuse", "drug and alcohol service"),
    ("voluntary", "Voluntary sector", "VCS"),
    ("other", "Other"),
)
ATTENDANCE_SETTING = code_set(
    "SETTING",
    ("ed", "Emergency department", "A&E", "accident and emergency"),
    ("utc", "Urgent treatment centre", "walk-in centre", "minor injuries unit", "MIU"),
    ("ambulance_conveyed", "Ambulance, conveyed", "conveyed"),
    ("ambulance_not_conveyed", "Ambulance, not conveyed", "not conveyed"),
)
PATIENT_ROLE = code_set(
    "PATIENT_ROLE",
    ("child", "Child"),
    ("adult_victim", "Adult victim", "victim", "adult"),
    ("perpetrator", "Perpetrator", "suspect"),
)
SETTING_TYPE = code_set(
    "SETTING_TYPE",
    ("nursery", "Nursery", "pre-school", "early years"),
    ("childminder", "Childminder", "child minder"),
    ("school", "School", "primary school", "infant school"),
    ("eh_educated", "Educated at home", "electively home educated", "EHE", "home educated"),
    ("none", "None", "no setting", "not in a setting"),
)
DSL_ACTION = code_set(
    "DSL_ACTION",
    ("none", "None", "no action"),
    ("monitored", "Monitored"),
    ("support_plan", "Support plan"),
    ("referral", "Referral", "referral to children's social care"),
)
SEND_STATUS = code_set(
    "SEND_STATUS",
    ("none", "None", "no SEN", "no special educational need", "N"),
    ("support", "SEN support", "K"),
    ("ehcp", "Education, health and care plan", "EHC plan", "E"),
)
DISPOSAL = code_set(
    "DISPOSAL",
    ("out_of_court", "Out of court disposal", "out-of-court", "youth caution", "OOCD"),
    ("referral_order", "Referral order", "RO"),
    ("yro", "Youth rehabilitation order", "YRO"),
    ("custody", "Custody", "detention and training order", "DTO"),
    ("bail_remand", "Bail or remand", "bail", "remand"),
    ("prevention", "Prevention", "prevention programme", "turnaround"),
)
ASSETPLUS = code_set(
    "ASSETPLUS", ("low", "Low"), ("medium", "Medium"), ("high", "High"), ("very_high", "Very high", "v high")
)
DA_SERVICE = code_set(
    "DA_SERVICE",
    ("idva", "Independent domestic violence adviser", "IDVA service"),
    ("refuge", "Refuge"),
    ("outreach", "Outreach", "floating support"),
    ("childrens_worker", "Children's worker", "CHISVA", "CIDVA"),
    ("perpetrator_programme", "Perpetrator programme", "behaviour change programme", "DAPP"),
)
DA_REFERRER = code_set(
    "DA_REFERRER", ("self", "Self-referral", "self"), *((c.code, c.label, *c.spellings) for c in MARAC_REFERRER.codes)
)
DA_OUTCOME = code_set(
    "DA_OUTCOME",
    ("completed", "Support completed", "planned end", "completed"),
    ("ongoing", "Ongoing", "open", "in progress"),
    ("disengaged", "Disengaged", "unplanned end", "did not engage"),
    ("declined", "Declined", "refused"),
    ("transferred", "Transferred to another service", "referred on", "moved away"),
    ("other", "Other"),
)
