"""First pages tell of every action about an agency, or it is said here why not."""

import re

from models.settings import CHECKOUT
from models.tables.ledger import HAPPENED

LEFT_OUT = {
    "request.declared-late": "is the agency's own word",
    "accuracy.file-sent": "is the agency's own file",
    "plan.drafted": "is the agency's own work",
    "plan.progress-told": "is the agency's own answer",
    "plan.late-told": "is for the lead inspector and the manager",
    "statement.read": "is a reading",
    "accuracy.closed": "goes with a stage",
    "accuracy.commented": "is the agency's own comment",
    "accuracy.withdrawn": "is the agency's own comment",
    "complaint.recorded": "is the agency's own complaint",
    "documents.withdrawn": "takes back what is asked of an agency, of which its tasks tell",
    "file.returned": "is about the store",
    "file.reduced": "stands on the page of the version",
    "file.destruction-confirmed": "goes before a destruction, of which a notice tells",
    "file.destruction-halted": "goes before a destruction, of which a notice tells",
}
"""Actions about an agency of which first pages do not tell, with why."""


def test_first_pages_tell_of_every_action_about_an_agency_or_it_is_said_why_not() -> None:
    about = r'"((?:request|rule|documents|sampled-list|accuracy|statement|plan|complaint|file)[.][a-z-]+)"'
    written = {
        action
        for path in (CHECKOUT / "tasks").rglob("*.py")
        for action in re.findall(f"action={about}", path.read_text())
    }
    assert written - set(HAPPENED) == set(LEFT_OUT) & written
    assert set(LEFT_OUT) <= written
