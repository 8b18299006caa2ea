"""The tables of the ledger. They hold references, counts and decisions; never a child's data (L5)."""

from models.tables.assuring import Assurance, MarkedWords, Remark, Thread
from models.tables.base import Base
from models.tables.basis import DataSharing
from models.tables.complaints import Complaint, Hold
from models.tables.concern import Concern, ConcernCall, ConcernReceipt
from models.tables.documents import DocumentItem, DocumentUpload, DocumentVersion
from models.tables.drafting import Paragraph, ParagraphVersion
from models.tables.evidence import (
    AgreedJudgement,
    ImportedNote,
    Judgement,
    SampledForm,
    SampledList,
    SampledListReading,
)
from models.tables.finding import (
    CommentFile,
    Correction,
    Finding,
    FindingPass,
    Letter,
    LetterParagraph,
    Statement,
)
from models.tables.inspection import Agency, Inspection, Narrowing, TimetableStep
from models.tables.kept_theme import KeptTheme
from models.tables.ledger import Anchor, AuditEntry, AuditHead, Beat, OutboxEvent, Tally, Wake, Witness, Work
from models.tables.linkage import PairReview
from models.tables.mapping import KeptMapping
from models.tables.meetings import Consent, HeldMeeting, PlannedMeeting
from models.tables.notes import KeptWriting, Note, NoteBatch, NoteLog
from models.tables.oversight import Breach, ReadingOrigin
from models.tables.people import (
    Addressee,
    ApiToken,
    Link,
    Membership,
    Notice,
    Organisation,
    Person,
    Proposal,
    Serves,
    Signatory,
    SignIn,
    Warrant,
)
from models.tables.persons_requests import (
    PersonsCopy,
    PersonsCorrection,
    PersonsPlace,
    PersonsRequest,
    PersonsRestriction,
    PersonsSearch,
)
from models.tables.plan import ActionPlan, PlanAction, PlanProgress, PlanReview, PlanRound, PlanVersion
from models.tables.publication import LetterEnd, PublicSite, PublishedFigures, RecipientPublication
from models.tables.remit import RemitConcern, RemitConcernVersion
from models.tables.retention import Destruction
from models.tables.returns import (
    CheckResult,
    Explanation,
    ListReading,
    Recheck,
    ReducedFile,
    Request,
    RuleWaiver,
    Submission,
    UploadSession,
)
from models.tables.sample import Cohort, CohortDecision, SampleDecision, SampleDraw
from models.tables.theming import CompiledReport, ReportPart, ThemeReport
from models.tables.wrong_files import WrongFile

__all__ = [
    "DataSharing",
    "ActionPlan",
    "PlanAction",
    "PlanProgress",
    "PlanReview",
    "PlanRound",
    "PlanVersion",
    "Addressee",
    "MarkedWords",
    "Signatory",
    "KeptMapping",
    "Warrant",
    "Anchor",
    "Wake",
    "Witness",
    "SignIn",
    "Serves",
    "Proposal",
    "Person",
    "PersonsCopy",
    "PersonsCorrection",
    "PersonsPlace",
    "PersonsRequest",
    "PersonsRestriction",
    "PersonsSearch",
    "Organisation",
    "Membership",
    "Agency",
    "AgreedJudgement",
    "ApiToken",
    "Assurance",
    "AuditEntry",
    "AuditHead",
    "Base",
    "Beat",
    "Breach",
    "CheckResult",
    "Cohort",
    "CohortDecision",
    "CommentFile",
    "Complaint",
    "CompiledReport",
    "Concern",
    "ConcernCall",
    "ConcernReceipt",
    "Consent",
    "Correction",
    "Destruction",
    "DocumentItem",
    "DocumentUpload",
    "DocumentVersion",
    "Explanation",
    "Finding",
    "FindingPass",
    "HeldMeeting",
    "Hold",
    "ImportedNote",
    "Inspection",
    "Judgement",
    "KeptTheme",
    "KeptWriting",
    "Narrowing",
    "Letter",
    "Link",
    "ListReading",
    "Note",
    "NoteBatch",
    "NoteLog",
    "Notice",
    "OutboxEvent",
    "PairReview",
    "Paragraph",
    "ParagraphVersion",
    "PlannedMeeting",
    "LetterEnd",
    "LetterParagraph",
    "PublicSite",
    "PublishedFigures",
    "RecipientPublication",
    "ReadingOrigin",
    "Recheck",
    "ReducedFile",
    "Remark",
    "RemitConcern",
    "RemitConcernVersion",
    "ReportPart",
    "Request",
    "RuleWaiver",
    "SampleDecision",
    "SampleDraw",
    "SampledForm",
    "SampledList",
    "SampledListReading",
    "Statement",
    "Submission",
    "Tally",
    "ThemeReport",
    "Thread",
    "TimetableStep",
    "UploadSession",
    "Work",
    "WrongFile",
]
