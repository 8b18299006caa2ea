"""What the inspectors of the rehearsal find, and what the council says of it; all of it is made up."""

from tasks.findings.findings import FindingWords

FINDINGS: tuple[FindingWords, ...] = (
    FindingWords(
        category="strength",
        area="EA01",
        heading="Police officers recognise children as victims in their own right",
        text="Officers who attend incidents ask where each child was, speak to children who are old enough, and record "
        "what they saw and heard. Notifications reach children's social care on the same day in most cases.",
        tags=("child_as_victim", "child_voice"),
        agencies=("police", "local_authority"),
        evidence_kinds=("case_tracking", "observation"),
        cases=("T1", "T2"),
    ),
    FindingWords(
        category="strength",
        area="EA08",
        heading="Midwives and health visitors ask every mother safely",
        text="Routine enquiry is made when the mother is alone. Concerns for unborn babies lead to early assessment, "
        "and plans are in place before birth.",
        tags=("unborn",),
        agencies=("health",),
        evidence_kinds=("case_tracking", "staff"),
        cases=("T4", "T5"),
    ),
    FindingWords(
        category="practice_study",
        area="EA09",
        heading="A nursery that notices",
        text="A nursery used daily drawings to understand how a young child was feeling after an incident at home. "
        "Staff shared this with the social worker, and the plan changed to give the family a regular safe contact.",
        tags=("child_voice", "schools_early_years"),
        agencies=("local_authority",),
        evidence_kinds=("case_tracking", "views"),
        cases=("T2",),
    ),
    FindingWords(
        category="improvement",
        area="EA03",
        heading="Plans say too little about what life is like for the child",
        text="Assessments describe incidents well, but plans seldom say what should be different for the child and by "
        "when. Reviews do not always test whether the child is safer.",
        tags=("child_voice",),
        agencies=("local_authority",),
        evidence_kinds=("case_tracking", "case_sampling"),
        cases=("T1", "T4", "S1", "S2"),
    ),
    FindingWords(
        category="improvement",
        area="EA11",
        heading="Coercive control is not well understood by all staff",
        text="Training covers physical violence well. Fewer staff could describe how coercive control affects young "
        "children, and records rarely name it.",
        tags=("training_coercive_control",),
        agencies=("local_authority", "health", "police"),
        evidence_kinds=("staff", "documents"),
    ),
    FindingWords(
        category="improvement",
        area="EA06",
        heading="The risk that perpetrators pose is reviewed too seldom",
        text="Probation practitioners check with children's social care at the start of an order, but the checks are "
        "not repeated when circumstances change.",
        tags=("perpetrator_risk",),
        agencies=("probation", "police"),
        evidence_kinds=("case_sampling", "performance_data"),
        cases=("S3", "S4"),
    ),
    FindingWords(
        category="priority_action",
        area="EA07",
        heading="Some children known to police and health are not known to the council",
        text="Information about some high-risk incidents does not reach the front door, or is not linked to what "
        "health services already know. These children are left without an assessment of the risk to them. Leaders must "
        "find out who these children are and make sure that each is seen.",
        tags=("information_sharing",),
        agencies=("police", "health", "local_authority"),
        evidence_kinds=("case_tracking", "performance_data"),
        cases=("T5",),
    ),
)

COMMENT = (
    "The draft says that reviews do not always test whether the child is safer. A new review form came in in January."
)

CORRECTED = FindingWords(
    category="improvement",
    area="EA03",
    heading="Plans say too little about what life is like for the child",
    text="Assessments describe incidents well, but plans seldom say what should be different for the child and by "
    "when. A new review form, brought in in January, asks whether the child is safer; its effect cannot be seen yet.",
    tags=("child_voice",),
    agencies=("local_authority",),
    evidence_kinds=("case_tracking", "case_sampling"),
    cases=("T1", "T4", "S1", "S2"),
)
