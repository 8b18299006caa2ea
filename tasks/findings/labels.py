"""The words for categories of findings and kinds of evidence."""

from typing import Literal

Category = Literal["strength", "practice_study", "improvement", "priority_action"]

CATEGORY_LABELS: dict[Category, str] = {
    "strength": "Strength",
    "practice_study": "Practice study",
    "improvement": "Area for improvement",
    "priority_action": "Area for priority action",
}
EVIDENCE_KINDS: dict[str, str] = {
    "case_tracking": "Case tracking",
    "case_sampling": "Case sampling",
    "views": "Children's and families' views",
    "observation": "Observed practice",
    "staff": "Talking to front-line staff and managers",
    "documents": "Documents",
    "performance_data": "Performance data",
    "local_audit": "Local audit evaluation",
}
