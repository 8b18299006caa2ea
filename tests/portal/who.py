"""Who comes in where: every page of the portal by the door that it must have, and every door by who passes it.

`tests/portal/test_who_may.py` holds the code against it, `tests/portal/test_foreign_ids.py` plays the places in its
addresses with what is somebody else's, and `tests/portal/test_traces_left.py` says which of its pages are recorded.
Whoever adds a page says here who may open it, what its address names, and whether reading it is recorded. The gate
before Prefect has its own table, `tests/portal/gate/who.py`.
"""

from models.roles import PROGRAMME_ROLES, Role

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
GET /guidance
GET /guidance/{theme_id}
GET /guidance/{theme_id}/guidance.odt
GET /guidance/{theme_id}/guidance.pdf
GET /guidance/{theme_id}/templates.zip
GET /public
GET /public/{path:path}
GET /people/areas
GET /
""",
    "program": """
GET /api/requests
POST /api/requests/{request_id}/uploads
POST /api/uploads/{upload_id}/complete
GET /api/submissions/{submission_id}
GET /api/submissions/{submission_id}/report
GET /api/documents
POST /api/documents/{item}/uploads
POST /api/document-uploads/{document_upload}/complete
GET /api/documents/{item}/versions/{number}
POST /api/documents/{item}/none
""",
    "pen": """
POST /api/notes/{ref}/{person}
""",
    "operator": """
GET /work
POST /work/list
POST /work
GET /outbox.json
GET /outbox
POST /outbox
GET /first-people
POST /first-people
GET /sign-ins
POST /sign-ins/list
POST /sign-ins/{session_id}/end
GET /refused
POST /refused
GET /operator/sign-out
POST /operator/sign-out
""",
    "person": """
POST /sign-in/again
GET /home
POST /looking/stop
POST /home/list
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
POST /concerns/list
GET /concerns/{identity}
POST /concerns/{identity}/acknowledge
POST /concerns/{identity}/calls
""",
    "watchers": """
GET /calendar
""",
    "overseers": """
GET /desk
POST /desk
GET /desk/decisions
POST /desk/decisions
GET /desk/agencies
POST /desk/agencies
""",
    "manager": """
GET /people
POST /people
POST /people/list
GET /people/areas/{gss}
POST /people/areas/{gss}
GET /people/{reference}
POST /people/{reference}/contact
POST /people/{reference}/details
POST /people/{reference}/leave
POST /people/{reference}/roles
POST /people/{reference}/roles/{membership}/end
GET /people/organisations/{organisation}
POST /people/organisations/{organisation}
GET /people/organisations/{organisation}/life
POST /people/organisations/{organisation}/life
POST /people/{reference}/sessions/end
GET /reports
POST /reports
GET /reports/{report}
GET /reports/{report}/parts/{part}
POST /reports/{report}/parts/{part}
POST /reports/{report}/compile
POST /reports/{report}/assure
POST /reports/{report}/publish
POST /reports/{report}/withdraw
GET /reports/{report}/files/{name}
""",
    "agency": """
GET /requests/{request_id}
POST /requests/{request_id}/acknowledge
GET /requests/{request_id}/template.{kind}
GET /requests/{request_id}/children.xlsx
GET /requests/{request_id}/names.key
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
GET /uploads/{upload_id}/file
GET /fill
POST /fill
GET /mappings
POST /mappings
POST /mappings/new
POST /mappings/withdraw
GET /submissions/{submission_id}/sent-in-error
POST /submissions/{submission_id}/sent-in-error
GET /submissions/{submission_id}/again
POST /submissions/{submission_id}/again
GET /submissions/{submission_id}
GET /submissions/{submission_id}/state
POST /submissions/{submission_id}/share
GET /submissions/{submission_id}/places.csv
GET /submissions/{submission_id}/report.{kind}
GET /submissions/{submission_id}/marked/{number}.xlsx
GET /sent
POST /sent
GET /submissions/{submission_id}/files/{number}
GET /statement/file
GET /submissions/{submission_id}/queries
GET /submissions/{submission_id}/queries/{number}
POST /submissions/{submission_id}/queries/{number}
GET /corrections/{correction}
POST /corrections/{correction}
GET /records
POST /records
GET /sampled
GET /sampled/children.xlsx
GET /letter
GET /letter/view
GET /letter.{kind}
GET /letter/paragraphs
GET /letter/replies
POST /letter/replies
GET /letter/replies.{kind}
GET /letter/comments/new
POST /letter/comments
GET /letter/comments/{comment_id}
POST /letter/comments/{comment_id}/files
POST /letter/comments/{comment_id}/withdraw
GET /letter/comments/{comment_id}/files/{number}
GET /publication
POST /publication
GET /opened
POST /opened
GET /complaints
POST /complaints
POST /complaints/list
GET /complaints/{complaint}
GET /statement
GET /statement/check
GET /documents/{item}
POST /documents/{item}/versions
POST /documents/{item}/none
GET /documents/{item}/files/{number}
GET /documents/{item}/files/{number}/sent-in-error
POST /documents/{item}/files/{number}/sent-in-error
GET /meetings
GET /meetings/plan
POST /meetings/list
POST /meetings/plan
GET /meetings/consent
POST /meetings/consent
POST /meetings/{meeting}/cancel
""",
    "records": """
GET /holds
POST /holds/list
GET /inspections/{ref}/retention
GET /inspections/{ref}/retention/{destruction}/certificate.json
GET /inspections/{ref}/sent-in-error
POST /inspections/{ref}/sent-in-error/list
GET /inspections/{ref}/sent-in-error/{wrong_file}/certificate.json
""",
    "putters": """
POST /inspections/{ref}/sent-in-error
POST /inspections/{ref}/sent-in-error/{wrong_file}
""",
    "officer": """
GET /oversight
POST /oversight/list
POST /oversight/breaches
POST /oversight/breaches/{breach}
GET /oversight/requests
POST /oversight/requests/list
POST /oversight/requests
GET /oversight/requests/{persons_request}
POST /oversight/requests/{persons_request}
GET /oversight/requests/{persons_request}/copies/{copy}
GET /oversight/requests/{persons_request}/copies/{copy}/copy.xlsx
GET /oversight/requests/{persons_request}/copies/{copy}/copy.pdf
""",
    "keepers": """
POST /holds
POST /holds/lift
POST /inspections/{ref}/retention/{destruction}
""",
    "complaints": """
GET /inspections/{ref}/complaints
POST /inspections/{ref}/complaints/list
POST /inspections/{ref}/complaints
GET /inspections/{ref}/complaints/{complaint}
POST /inspections/{ref}/complaints/{complaint}
""",
    "council": """
GET /plan
POST /plan/list
GET /plan/template.{kind}
POST /plan/workbook
GET /plan/workbook
POST /plan/workbook/take
GET /plan/actions/new
POST /plan/actions/new
GET /plan/actions/{action}
POST /plan/actions/{action}
POST /plan/actions/{action}/remove
GET /plan/send
POST /plan/send
GET /plan/versions/{number}
GET /plan/progress
POST /plan/progress/list
GET /plan/progress/{action}
POST /plan/progress/{action}
GET /plan/progress/{action}/files/{number}
POST /statement/check
POST /statement
""",
    "team-and-programme": """
GET /inspections/{ref}
GET /inspections/{ref}/basis
GET /inspections/{ref}/basis/identifiers
GET /inspections/{ref}/lists
GET /inspections/{ref}/lists/{picture}.svg
GET /inspections/{ref}/sample
GET /inspections/{ref}/sample/chart.svg
GET /inspections/{ref}/record
POST /inspections/{ref}/record
GET /inspections/{ref}/record/anchors.jsonl
GET /inspections/{ref}/record/{number}.json
""",
    "team": """
GET /inspections/{ref}/lists/hidden
POST /inspections/{ref}/lists/hidden
GET /inspections/{ref}/pairs
POST /inspections/{ref}/pairs
POST /inspections/{ref}/pairs/list
GET /inspections/{ref}/pairs/{name}
POST /inspections/{ref}/pairs/{name}
GET /inspections/{ref}/sample/files/{name}
GET /inspections/{ref}/explanations
POST /inspections/{ref}/explanations
GET /inspections/{ref}/visibility
GET /inspections/{ref}/draft/word
POST /inspections/{ref}/draft/word
POST /inspections/{ref}/draft/word/take
GET /inspections/{ref}/words
POST /inspections/{ref}/words/list
POST /inspections/{ref}/words
GET /inspections/{ref}/words/{words}
POST /inspections/{ref}/words/{words}
GET /inspections/{ref}/findings/workbook.xlsx
GET /inspections/{ref}/findings/workbook
POST /inspections/{ref}/findings/workbook
GET /inspections/{ref}/findings/new
POST /inspections/{ref}/findings/new
GET /inspections/{ref}/findings/from-notes
POST /inspections/{ref}/findings/{finding_id}/review
POST /inspections/{ref}/findings/{finding_id}/withdraw
POST /inspections/{ref}/draft/put-together
GET /inspections/{ref}/draft/new
POST /inspections/{ref}/draft/new
GET /inspections/{ref}/draft/{paragraph}
POST /inspections/{ref}/draft/{paragraph}
POST /inspections/{ref}/draft/{paragraph}/move
POST /inspections/{ref}/draft/{paragraph}/remove
POST /inspections/{ref}/draft/{paragraph}/restore
POST /inspections/{ref}/draft/{paragraph}/cases
GET /inspections/{ref}/findings/{finding_id}
POST /inspections/{ref}/findings/{finding_id}
POST /inspections/{ref}/comments/{comment_id}
GET /inspections/{ref}/remit/new
POST /inspections/{ref}/remit/new
GET /inspections/{ref}/remit/{remit_concern}/write
POST /inspections/{ref}/remit/{remit_concern}/write
POST /inspections/{ref}/remit/{remit_concern}/withdraw
GET /inspections/{ref}/returns
POST /inspections/{ref}/returns
GET /inspections/{ref}/returns/statement
GET /inspections/{ref}/returns/{submission}/findings
POST /inspections/{ref}/returns/{submission}/findings
GET /inspections/{ref}/returns/{submission}/findings.csv
GET /inspections/{ref}/returns/{submission}/rows
POST /inspections/{ref}/returns/{submission}/rows
GET /inspections/{ref}/returns/{submission}/files/{number}
GET /inspections/{ref}/children
POST /inspections/{ref}/children
GET /inspections/{ref}/sampled
POST /inspections/{ref}/sampled
GET /inspections/{ref}/sampled/counts.{kind}
GET /inspections/{ref}/sampled/{label}
POST /inspections/{ref}/sampled/{label}
GET /inspections/{ref}/judgements
POST /inspections/{ref}/judgements
GET /inspections/{ref}/judgements/{child}/{area}
POST /inspections/{ref}/judgements/{child}/{area}
GET /inspections/{ref}/evidence
POST /inspections/{ref}/evidence
GET /inspections/{ref}/exchange
POST /inspections/{ref}/exchange
GET /inspections/{ref}/exchange/project.qdpx
GET /inspections/{ref}/notes
POST /inspections/{ref}/notes
GET /inspections/{ref}/notes/write
GET /inspections/{ref}/notes/{note}
GET /inspections/{ref}/children/{label}
POST /inspections/{ref}/children/{label}
GET /inspections/{ref}/documents
POST /inspections/{ref}/documents
GET /inspections/{ref}/documents/{item}/files/{number}
GET /inspections/{ref}/meetings
POST /inspections/{ref}/meetings/list
GET /inspections/{ref}/meetings/{record}
""",
    "lead": """
GET /inspections/{ref}/as
POST /inspections/{ref}/as
GET /inspections/{ref}/meetings/new
POST /inspections/{ref}/meetings/new
POST /inspections/{ref}/visibility
POST /inspections/{ref}/notes/waiting
GET /inspections/{ref}/determination
POST /inspections/{ref}/determination
POST /inspections/{ref}/plan/close
""",
    "reviewers": """
GET /inspections/{ref}/plan/review
POST /inspections/{ref}/plan/review
""",
    "assurer": """
POST /inspections/{ref}/assurance
""",
    "leaders": """
POST /inspections/{ref}/findings/{finding_id}/moderate
POST /inspections/{ref}/discussions/{subject}/{thread}/decide
GET /inspections/{ref}/lists/unlisted
GET /inspections/{ref}/earlier
POST /inspections/{ref}/earlier
GET /inspections/{ref}/rounds
GET /inspections/{ref}/notices
POST /inspections/{ref}/notices
GET /inspections/{ref}/addressees
POST /inspections/{ref}/addressees
POST /inspections/{ref}/addressees/signatories
POST /inspections/{ref}/addressees/{addressee}/remove
GET /inspections/{ref}/publication
POST /inspections/{ref}/publication
""",
    "readings": """
GET /inspections/{ref}/openings
POST /inspections/{ref}/openings
""",
    "readers": """
GET /inspections/{ref}/findings
POST /inspections/{ref}/findings
GET /inspections/{ref}/findings/{finding_id}/evidence
POST /inspections/{ref}/findings/{finding_id}/evidence
GET /inspections/{ref}/findings/{finding_id}/standing
POST /inspections/{ref}/findings/{finding_id}/standing
POST /inspections/{ref}/discussions/{subject}
POST /inspections/{ref}/discussions/{subject}/{thread}
GET /inspections/{ref}/assurance
POST /inspections/{ref}/assurance/list
GET /inspections/{ref}/draft
POST /inspections/{ref}/draft/list
GET /inspections/{ref}/draft/{paragraph}/versions
POST /inspections/{ref}/draft/{paragraph}/versions
GET /inspections/{ref}/draft/word/draft.docx
GET /inspections/{ref}/comments
POST /inspections/{ref}/comments
GET /inspections/{ref}/comments/replies.{kind}
GET /inspections/{ref}/comments/{comment_id}
GET /inspections/{ref}/comments/{comment_id}/files/{number}
GET /inspections/{ref}/letter
GET /inspections/{ref}/remit
POST /inspections/{ref}/remit
GET /inspections/{ref}/remit/{remit_concern}
POST /inspections/{ref}/remit/{remit_concern}/acknowledge
GET /inspections/{ref}/letter/openings
POST /inspections/{ref}/letter/openings
GET /inspections/{ref}/letter/view
GET /inspections/{ref}/letter.{kind}
GET /inspections/{ref}/evidence-document.{kind}
GET /inspections/{ref}/plan
POST /inspections/{ref}/plan/list
GET /inspections/{ref}/plan/versions/{number}
GET /inspections/{ref}/plan/progress/{action}/files/{number}
""",
}
"""Pages by door; a page that stands nowhere here fails the tests."""

STOPPED = """
POST /api/requests/{request_id}/uploads
POST /api/uploads/{upload_id}/complete
POST /api/documents/{item}/uploads
POST /api/document-uploads/{document_upload}/complete
POST /api/documents/{item}/none
POST /requests/{request_id}/acknowledge
POST /requests/{request_id}/nil/check
POST /requests/{request_id}/nil/undo
POST /requests/{request_id}/nil
POST /requests/{request_id}/late
POST /requests/{request_id}/uploads
POST /uploads/{upload_id}/complete
POST /uploads/{upload_id}/check
POST /submissions/{submission_id}/again
POST /submissions/{submission_id}/share
POST /submissions/{submission_id}/queries/{number}
POST /fill
POST /mappings
POST /mappings/new
POST /mappings/withdraw
POST /letter/comments
POST /letter/comments/{comment_id}/files
POST /letter/comments/{comment_id}/withdraw
POST /publication
POST /statement/check
POST /statement
POST /plan/workbook
POST /plan/workbook/take
POST /plan/actions/new
POST /plan/actions/{action}
POST /plan/actions/{action}/remove
POST /plan/send
POST /plan/progress/{action}
POST /documents/{item}/versions
POST /documents/{item}/none
POST /inspections/{ref}/sampled/{label}
POST /inspections/{ref}/judgements/{child}/{area}
POST /inspections/{ref}/pairs
POST /inspections/{ref}/pairs/{name}
POST /inspections/{ref}/findings/workbook
POST /inspections/{ref}/findings/new
POST /inspections/{ref}/findings/{finding_id}
POST /inspections/{ref}/findings/{finding_id}/review
POST /inspections/{ref}/findings/{finding_id}/moderate
POST /inspections/{ref}/findings/{finding_id}/withdraw
POST /inspections/{ref}/discussions/{subject}
POST /inspections/{ref}/discussions/{subject}/{thread}
POST /inspections/{ref}/discussions/{subject}/{thread}/decide
POST /inspections/{ref}/assurance
POST /inspections/{ref}/words
POST /inspections/{ref}/words/{words}
POST /inspections/{ref}/exchange
POST /inspections/{ref}/comments/{comment_id}
POST /inspections/{ref}/draft/put-together
POST /inspections/{ref}/draft/word
POST /inspections/{ref}/draft/word/take
POST /inspections/{ref}/draft/new
POST /inspections/{ref}/draft/{paragraph}
POST /inspections/{ref}/draft/{paragraph}/move
POST /inspections/{ref}/draft/{paragraph}/remove
POST /inspections/{ref}/draft/{paragraph}/restore
POST /inspections/{ref}/draft/{paragraph}/cases
POST /inspections/{ref}/addressees
POST /inspections/{ref}/addressees/{addressee}/remove
POST /inspections/{ref}/addressees/signatories
POST /inspections/{ref}/determination
POST /inspections/{ref}/plan/review
POST /inspections/{ref}/plan/close
POST /inspections/{ref}/publication
POST /inspections/{ref}/remit/new
POST /inspections/{ref}/remit/{remit_concern}/write
POST /inspections/{ref}/remit/{remit_concern}/withdraw
POST /inspections/{ref}/meetings/new
"""
"""What nobody sends while the inspection is paused; every other page goes on."""

PASSES: dict[str, frozenset[Role]] = {
    "anybody": frozenset(Role),
    "person": frozenset(Role),
    "raisers": frozenset({Role.LEAD, Role.INSPECTOR}),
    "concerned": frozenset(Role) - {Role.ASSURER, Role.OVERSIGHT, Role.PROTECTION, Role.OPERATOR},
    "manager": frozenset({Role.MANAGER}),
    "complaints": frozenset({Role.MANAGER}),
    "records": frozenset({Role.MANAGER, Role.OVERSIGHT, Role.PROTECTION}),
    "officer": frozenset({Role.PROTECTION}),
    "keepers": frozenset({Role.MANAGER}),
    "putters": frozenset({Role.MANAGER, Role.PROTECTION}),
    "watchers": frozenset(Role) - {Role.OFFICER, Role.NAMED, Role.DIRECTOR, Role.OPERATOR},
    "overseers": frozenset({Role.MANAGER, Role.OVERSIGHT, Role.PROTECTION}),
    "agency": frozenset({Role.OFFICER}),
    "council": frozenset({Role.OFFICER}),
    "lead": frozenset({Role.LEAD}),
    "reviewers": frozenset({Role.INSPECTOR}),
    "assurer": frozenset({Role.ASSURER}),
    "team": frozenset({Role.LEAD, Role.INSPECTOR}),
    "leaders": frozenset({Role.MANAGER, Role.LEAD}),
    "readings": frozenset({Role.MANAGER, Role.LEAD, Role.OVERSIGHT, Role.PROTECTION}),
    "readers": frozenset({Role.MANAGER, Role.LEAD, Role.INSPECTOR, Role.ASSURER}),
    "team-and-programme": frozenset(Role) - {Role.OFFICER, Role.NAMED, Role.DIRECTOR, Role.OPERATOR},
    "operator": frozenset(),
    "program": frozenset(),
    "pen": frozenset(),
}
"""Who passes each door, in an inspection of their own that goes on."""

PROGRAMME = PROGRAMME_ROLES | {Role.NAMED, Role.DIRECTOR}
"""Roles that reach every inspection, also one that has ended."""


def doors() -> dict[str, str]:
    """Return the door of each page, such as `GET /sent`."""
    return {page: door for door, pages in PAGES.items() for page in pages.strip().split("\n")}


FOREIGN = {
    "ref": "an inspection",
    "request_id": "a request",
    "submission_id": "a version",
    "submission": "a version",
    "upload_id": "an upload",
    "finding_id": "a finding",
    "comment_id": "a comment",
    "complaint": "a complaint",
    "correction": "a correction that a person asks for",
    "destruction": "a destruction",
    "wrong_file": "a file that was sent in error",
    "remit_concern": "a concern on another inspectorate's remit",
    "paragraph": "a paragraph of the draft letter",
    "subject": "a finding or a paragraph",
    "thread": "a thread of comments",
    "note": "a note",
    "identity": "a concern",
    "decision": "a decision",
    "membership": "a role",
    "session_id": "a session",
    "person": "a writer of notes",
    "item": "a document that is asked for",
    "document_upload": "the upload of a document",
    "meeting": "a planned meeting",
    "record": "the record of a meeting",
    "addressee": "somebody to whom a letter is addressed",
    "words": "words that wait for a second person",
}
"""What a place in an address names that belongs to somebody, and so can be somebody else's."""

NOBODYS = frozenset(
    {
        # Forms of a file, its number within a version that is checked, labels and names within one inspection, codes of
        # areas of evaluation, actions of the one plan of an inspection.
        *("kind", "number", "label", "picture", "name", "child", "area", "action"),
        # A theme is public.
        "theme_id",
        # An area is public, and who keeps the register of people keeps all of it.
        *("gss", "reference", "organisation"),
        # Who keeps thematic reports keeps all of them.
        *("report", "part"),
        # Whoever oversees data oversees every breach.
        "breach",
        # And keeps every request of a person.
        *("persons_request", "copy"),
        # A link proves itself by its own secret.
        *("link_id", "secret"),
    }
)
"""Places in addresses that name nothing of anybody's."""

READINGS = {
    # An agency reads what it sent, or what is kept from others.
    "GET /requests/{request_id}/children.xlsx": "children-list.read",
    "GET /requests/{request_id}/names.key": "names-key.read",
    "GET /submissions/{submission_id}/places.csv": "report.read",
    "GET /submissions/{submission_id}/report.{kind}": "report.read",
    "GET /submissions/{submission_id}/marked/{number}.xlsx": "marked-copy.read",
    "GET /submissions/{submission_id}/files/{number}": "return-file.read",
    "GET /submissions/{submission_id}/queries": "explanations.read",
    "GET /submissions/{submission_id}/queries/{number}": "explanations.read",
    "GET /uploads/{upload_id}/file": "waiting-file.read",
    "GET /statement/file": "statement.read",
    "GET /records": "own-records.read",
    "GET /corrections/{correction}": "persons-correction.read",
    "GET /plan": "plan.read",
    "GET /plan/template.{kind}": "plan.read",
    "GET /plan/actions/{action}": "plan.read",
    "GET /plan/send": "plan.read",
    "GET /plan/versions/{number}": "plan.read",
    "GET /plan/progress": "plan.read",
    "GET /plan/progress/{action}": "plan.read",
    "GET /plan/progress/{action}/files/{number}": "plan-evidence.read",
    "GET /documents/{item}/files/{number}": "document.read",
    "GET /complaints/{complaint}": "complaint.read",
    "GET /inspections/{ref}/complaints/{complaint}": "complaint.read",
    "GET /sampled": "sampled-list.read",
    "GET /sampled/children.xlsx": "sampled-list.read",
    "GET /letter/paragraphs": "letter.read",
    "GET /letter/replies": "replies.read",
    "GET /letter/replies.{kind}": "replies.read",
    "GET /letter/comments/new": "letter.read",
    "GET /letter/comments/{comment_id}": "comments.read",
    "GET /letter/comments/{comment_id}/files/{number}": "comment-file.read",
    "GET /letter/view": "letter.read",
    "GET /letter.{kind}": "letter.read",
    # Its program.
    "GET /api/submissions/{submission_id}/report": "report.read",
    # The team and the quality assurer.
    "GET /inspections/{ref}/lists/hidden": "hidden-children.read",
    "GET /inspections/{ref}/lists/unlisted": "estimate.read",
    "GET /inspections/{ref}/earlier": "comparison.read",
    "POST /inspections/{ref}/earlier": "comparison.read",
    "GET /inspections/{ref}/rounds": "rounds.read",
    "GET /inspections/{ref}/pairs/{name}": "pair.read",
    "GET /inspections/{ref}/sample/files/{name}": "sample.read",
    "GET /inspections/{ref}/explanations": "explanations.read",
    "GET /inspections/{ref}/findings": "findings.read",
    "GET /inspections/{ref}/findings/{finding_id}": "findings.read",
    "GET /inspections/{ref}/findings/{finding_id}/evidence": "evidence.read",
    "POST /inspections/{ref}/findings/{finding_id}/evidence": "evidence.read",
    "GET /inspections/{ref}/findings/{finding_id}/standing": "findings.read",
    "POST /inspections/{ref}/findings/{finding_id}/standing": "findings.read",
    "GET /inspections/{ref}/findings/from-notes": "notes.read",
    "GET /inspections/{ref}/words/{words}": "words.read",
    "GET /inspections/{ref}/assurance": "assurance.read",
    "GET /inspections/{ref}/draft": "draft.read",
    "GET /inspections/{ref}/draft/{paragraph}": "draft.read",
    "GET /inspections/{ref}/draft/word/draft.docx": "draft.read",
    "GET /inspections/{ref}/draft/{paragraph}/versions": "draft.read",
    "POST /inspections/{ref}/draft/{paragraph}/versions": "draft.read",
    "GET /inspections/{ref}/comments": "comments.read",
    "GET /inspections/{ref}/remit/{remit_concern}": "remit.read",
    "GET /inspections/{ref}/remit/{remit_concern}/write": "remit.read",
    "GET /inspections/{ref}/comments/replies.{kind}": "replies.read",
    "GET /inspections/{ref}/comments/{comment_id}": "comments.read",
    "GET /inspections/{ref}/comments/{comment_id}/files/{number}": "comment-file.read",
    "GET /inspections/{ref}/letter/view": "letter.read",
    "GET /inspections/{ref}/letter.{kind}": "letter.read",
    "GET /inspections/{ref}/evidence-document.{kind}": "evidence.read",
    "GET /inspections/{ref}/returns/statement": "statement.read",
    "GET /inspections/{ref}/plan": "plan.read",
    "GET /inspections/{ref}/plan/versions/{number}": "plan.read",
    "GET /inspections/{ref}/plan/review": "plan.read",
    "GET /inspections/{ref}/plan/progress/{action}/files/{number}": "plan-evidence.read",
    "GET /inspections/{ref}/returns/{submission}/findings": "report.read",
    "POST /inspections/{ref}/returns/{submission}/findings": "report.read",
    "GET /inspections/{ref}/returns/{submission}/findings.csv": "report.read",
    "GET /inspections/{ref}/returns/{submission}/rows": "return.read",
    "POST /inspections/{ref}/returns/{submission}/rows": "return.read",
    "GET /inspections/{ref}/returns/{submission}/files/{number}": "return-file.read",
    "GET /inspections/{ref}/notes": "notes.read",
    "GET /inspections/{ref}/notes/{note}": "notes.read",
    "GET /inspections/{ref}/children/{label}": "child.read",
    "POST /inspections/{ref}/children/{label}": "child.read",
    "GET /inspections/{ref}/documents/{item}/files/{number}": "document.read",
    "GET /inspections/{ref}/meetings": "family-meetings.read",
    "GET /inspections/{ref}/meetings/{record}": "meeting.read",
    "GET /inspections/{ref}/judgements/{child}/{area}": "judgements.read",
    "GET /inspections/{ref}/sampled/{label}": "sampled.read",
    "GET /inspections/{ref}/sampled/counts.{kind}": "sampled.counted",
    "GET /inspections/{ref}/exchange/project.qdpx": "exchange.exported",
    # Programme managers, of reports that are not published.
    "GET /reports/{report}": "report.read",
    "GET /reports/{report}/parts/{part}": "report.read",
    "GET /reports/{report}/files/{name}": "report.read",
    # The data protection officer, who the person is that asks.
    "GET /oversight/requests/{persons_request}": "persons-request.read",
    "GET /oversight/requests/{persons_request}/copies/{copy}": "persons-copy.read",
    "GET /oversight/requests/{persons_request}/copies/{copy}/copy.xlsx": "persons-copy.read",
    "GET /oversight/requests/{persons_request}/copies/{copy}/copy.pdf": "persons-copy.read",
    # Whoever acts for a child in danger, and the operator.
    "GET /concerns/{identity}": "concern.read",
    "GET /outbox": "outbox.read",
    "GET /outbox.json": "outbox.read",
}
"""Pages that show what is kept in confidence, each with the entry of the audit that names who opened it."""

UNRECORDED = """
GET /inspections/{ref}/sent-in-error
GET /inspections/{ref}/sent-in-error/{wrong_file}/certificate.json
GET /submissions/{submission_id}/sent-in-error
GET /documents/{item}/files/{number}/sent-in-error
GET /oversight
GET /oversight/requests
GET /opened
GET /holds
GET /inspections/{ref}/retention
GET /inspections/{ref}/retention/{destruction}/certificate.json
GET /plan/workbook
GET /plan/actions/new
GET /work
GET /first-people
GET /sign-ins
GET /refused
GET /operator/sign-out
GET /home
GET /calendar
GET /account
GET /decisions/{decision}
GET /inspections/{ref}/concerns/new
GET /concerns
GET /desk
GET /desk/decisions
GET /desk/agencies
GET /people
GET /people/areas/{gss}
GET /people/{reference}
GET /people/organisations/{organisation}
GET /people/organisations/{organisation}/life
GET /inspections/{ref}/basis
GET /inspections/{ref}/basis/identifiers
GET /reports
GET /requests/{request_id}
GET /requests/{request_id}/template.{kind}
GET /requests/{request_id}/nil
GET /requests/{request_id}/late
GET /requests/{request_id}/upload
GET /uploads/{upload_id}/check
GET /fill
GET /mappings
GET /submissions/{submission_id}/again
GET /submissions/{submission_id}
GET /submissions/{submission_id}/state
GET /sent
GET /letter
GET /complaints
GET /inspections/{ref}/complaints
GET /publication
GET /statement
GET /statement/check
GET /api/requests
GET /api/submissions/{submission_id}
GET /api/documents
GET /api/documents/{item}/versions/{number}
GET /inspections/{ref}
GET /inspections/{ref}/lists
GET /inspections/{ref}/lists/{picture}.svg
GET /inspections/{ref}/sample
GET /inspections/{ref}/sample/chart.svg
GET /inspections/{ref}/pairs
GET /inspections/{ref}/visibility
GET /inspections/{ref}/words
GET /inspections/{ref}/draft/word
GET /inspections/{ref}/findings/workbook.xlsx
GET /inspections/{ref}/findings/workbook
GET /inspections/{ref}/findings/new
GET /inspections/{ref}/draft/new
GET /inspections/{ref}/returns
GET /inspections/{ref}/children
GET /inspections/{ref}/notes/write
GET /inspections/{ref}/letter
GET /inspections/{ref}/letter/openings
GET /inspections/{ref}/remit
GET /inspections/{ref}/remit/new
GET /inspections/{ref}/addressees
GET /inspections/{ref}/determination
GET /inspections/{ref}/publication
GET /documents/{item}
GET /meetings
GET /meetings/plan
GET /meetings/consent
GET /inspections/{ref}/as
GET /inspections/{ref}/documents
GET /inspections/{ref}/evidence
GET /inspections/{ref}/exchange
GET /inspections/{ref}/judgements
GET /inspections/{ref}/meetings/new
GET /inspections/{ref}/notices
GET /inspections/{ref}/openings
GET /inspections/{ref}/record
GET /inspections/{ref}/record/anchors.jsonl
GET /inspections/{ref}/record/{number}.json
GET /inspections/{ref}/sampled
"""
"""Pages for those who are signed in that show counts, states, labels, forms and staff alone."""
