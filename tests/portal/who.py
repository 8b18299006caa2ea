"""Who comes in where: every page of the portal by the door that it must have, and every door by who passes it.

`tests/portal/test_who_may.py` holds the code against it. Whoever adds a page says here who may open it.
"""

from models.roles import Role

PAGES = {
    "anybody": """
GET /assets/govuk.css
GET /assets/govuk.js
GET /assets/{name}
GET /health
GET /.well-known/security.txt
POST /hooks/store
POST /hooks/notify
GET /api/metrics
GET /sign-in/provider
GET /sign-in/provider/back
GET /sign-in
GET /sign-in/{link_id}/{secret}
POST /sign-in/{link_id}/{secret}
POST /sign-in/new
GET /sign-out
POST /sign-out
GET /operator
POST /operator
GET /accessibility
GET /privacy
GET /cookies
GET /help
GET /contact
GET /feedback
GET /people/areas
GET /
""",
    "program": """
GET /api/requests
POST /api/requests/{request_id}/uploads
POST /api/uploads/{upload_id}/complete
GET /api/submissions/{submission_id}
GET /api/submissions/{submission_id}/report
""",
    "pen": """
POST /api/notes/{ref}/{person}
""",
    "operator": """
GET /work
POST /work
GET /outbox.json
GET /outbox
GET /first-people
POST /first-people
""",
    "person": """
GET /home
POST /home/as/{membership}
GET /account
POST /account/sessions/{session_id}/end
POST /account/sessions/end
GET /decisions/{decision}
POST /decisions/{decision}
""",
    "raisers": """
GET /inspections/{ref}/concerns/new
POST /inspections/{ref}/concerns/new
""",
    "concerned": """
GET /concerns
GET /concerns/{identity}
POST /concerns/{identity}/acknowledge
POST /concerns/{identity}/calls
""",
    "overseers": """
GET /desk
GET /desk.csv
""",
    "manager": """
GET /people
POST /people
GET /people/areas/{gss}
POST /people/areas/{gss}
GET /people/{reference}
POST /people/{reference}/contact
POST /people/{reference}/roles
POST /people/{reference}/roles/{membership}/end
POST /people/{reference}/sessions/end
""",
    "agency": """
GET /requests/{request_id}
POST /requests/{request_id}/acknowledge
GET /requests/{request_id}/template.{kind}
GET /requests/{request_id}/children.xlsx
GET /requests/{request_id}/nil
POST /requests/{request_id}/nil/check
POST /requests/{request_id}/nil/undo
POST /requests/{request_id}/nil
GET /requests/{request_id}/late
POST /requests/{request_id}/late
GET /requests/{request_id}/upload
POST /requests/{request_id}/uploads
POST /uploads/{upload_id}/complete
GET /uploads/{upload_id}/check
POST /uploads/{upload_id}/check
POST /uploads/{upload_id}/discard
GET /submissions/{submission_id}/again
POST /submissions/{submission_id}/again
GET /submissions/{submission_id}
GET /submissions/{submission_id}/state
POST /submissions/{submission_id}/share
GET /submissions/{submission_id}/places.csv
GET /submissions/{submission_id}/report.{kind}
GET /submissions/{submission_id}/marked/{number}.xlsx
GET /sent
GET /submissions/{submission_id}/files/{number}
GET /statement/file
GET /submissions/{submission_id}/queries
GET /submissions/{submission_id}/queries/{number}
POST /submissions/{submission_id}/queries/{number}
GET /records
GET /records/children.xlsx
GET /sampled
GET /sampled/children.xlsx
GET /letter
GET /letter/view
GET /letter.{kind}
POST /letter/comments/check
POST /letter/comments
GET /statement
POST /statement/check
GET /statement/check
POST /statement
""",
    "team-and-programme": """
GET /inspections/{ref}
GET /inspections/{ref}/lists
GET /inspections/{ref}/lists/{picture}.svg
GET /inspections/{ref}/sample
GET /inspections/{ref}/sample/chart.svg
""",
    "team": """
GET /inspections/{ref}/lists/hidden
GET /inspections/{ref}/pairs
POST /inspections/{ref}/pairs
GET /inspections/{ref}/pairs/{name}
POST /inspections/{ref}/pairs/{name}
GET /inspections/{ref}/sample/files/{name}
GET /inspections/{ref}/explanations
GET /inspections/{ref}/visibility
GET /inspections/{ref}/findings/workbook.xlsx
GET /inspections/{ref}/findings/workbook
POST /inspections/{ref}/findings/workbook
GET /inspections/{ref}/findings/new
POST /inspections/{ref}/findings/new
GET /inspections/{ref}/findings/{finding_id}
POST /inspections/{ref}/findings/{finding_id}
POST /inspections/{ref}/comments/{comment_id}
GET /inspections/{ref}/returns
GET /inspections/{ref}/returns/statement
GET /inspections/{ref}/returns/{submission}/rows
POST /inspections/{ref}/returns/{submission}/rows
GET /inspections/{ref}/returns/{submission}/files/{number}
GET /inspections/{ref}/children
GET /inspections/{ref}/sampled
GET /inspections/{ref}/sampled/counts.{kind}
GET /inspections/{ref}/sampled/{label}
POST /inspections/{ref}/sampled/{label}
GET /inspections/{ref}/judgements
GET /inspections/{ref}/judgements/{child}/{area}
POST /inspections/{ref}/judgements/{child}/{area}
GET /inspections/{ref}/evidence
GET /inspections/{ref}/exchange
POST /inspections/{ref}/exchange
GET /inspections/{ref}/exchange/project.qdpx
GET /inspections/{ref}/notes
GET /inspections/{ref}/notes/write
GET /inspections/{ref}/notes/{note}
GET /inspections/{ref}/children/{label}
POST /inspections/{ref}/children/{label}
""",
    "lead": """
POST /inspections/{ref}/visibility
POST /inspections/{ref}/notes/waiting
""",
    "readers": """
GET /inspections/{ref}/findings
GET /inspections/{ref}/findings/{finding_id}/evidence
GET /inspections/{ref}/comments
GET /inspections/{ref}/letter
GET /inspections/{ref}/letter/view
GET /inspections/{ref}/letter.{kind}
""",
}
"""Pages by door; a page that stands nowhere here fails the tests."""

PASSES: dict[str, frozenset[Role]] = {
    "anybody": frozenset(Role),
    "person": frozenset(Role),
    "raisers": frozenset({Role.LEAD, Role.INSPECTOR}),
    "concerned": frozenset(Role) - {Role.ASSURER, Role.OVERSIGHT, Role.PROTECTION},
    "manager": frozenset({Role.MANAGER}),
    "overseers": frozenset({Role.MANAGER, Role.OVERSIGHT, Role.PROTECTION}),
    "agency": frozenset({Role.OFFICER, Role.APPROVER}),
    "lead": frozenset({Role.LEAD}),
    "team": frozenset({Role.LEAD, Role.INSPECTOR}),
    "readers": frozenset({Role.MANAGER, Role.LEAD, Role.INSPECTOR, Role.ASSURER}),
    "team-and-programme": frozenset(Role) - {Role.OFFICER, Role.APPROVER, Role.NAMED},
    "operator": frozenset(),
    "program": frozenset(),
    "pen": frozenset(),
}
"""Who passes each door, in an inspection of their own that goes on."""

PROGRAMME = frozenset({Role.MANAGER, Role.OVERSIGHT, Role.PROTECTION, Role.NAMED})
"""Roles that reach every inspection, also one that has ended."""


def doors() -> dict[str, str]:
    """Return the door of each page, such as `GET /sent`."""
    return {page: door for door, pages in PAGES.items() for page in pages.strip().split("\n")}
