"""The states in which a row can be, apart from those of the lifecycle; they are stored as their text."""

from enum import StrEnum


class WorkState(StrEnum):
    """Where a piece of owed work stands."""

    OWED = "owed"
    CLAIMED = "claimed"
    DONE = "done"
    DEAD = "dead"


class ReturnVerdict(StrEnum):
    """What a check of a return came to."""

    ACCEPTED = "accepted"
    QUERIED = "queried"
    REJECTED = "rejected"
    UNREADABLE = "unreadable"


class ScanState(StrEnum):
    """What is known of malware in a file."""

    NOT_SCANNED = "not scanned"
    CLEAN = "clean"
    INFECTED = "infected"


class LetterStatus(StrEnum):
    """Which of an inspection's letters it is."""

    DRAFT = "draft"
    PRE_PUBLICATION = "pre_publication"
    PUBLISHED = "published"


class LetterOutcome(StrEnum):
    """What became of a published letter that no longer counts."""

    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class CommentOutcome(StrEnum):
    """What the inspector made of a comment on the facts."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class ComplaintFrom(StrEnum):
    """From whom a complaint about an inspection came."""

    AGENCY = "agency"
    PARTNERSHIP = "partnership"
    FAMILY = "child_or_family"
    STAFF = "member_of_staff"
    PUBLIC = "member_of_the_public"


class LateComplaint(StrEnum):
    """Why a late complaint is taken all the same; a listed reason, because free text could name a child (L5)."""

    LEARNED_LATER = "learned_later"
    WAITED_FOR_US = "waited_for_us"
    OTHER_ADDRESS = "other_address"
    COULD_NOT = "could_not"


class ComplaintOutcome(StrEnum):
    """What two people decided on a complaint."""

    UPHELD = "upheld"
    PARTLY = "partly_upheld"
    NOT_UPHELD = "not_upheld"


class HoldReason(StrEnum):
    """Why nothing may be destroyed."""

    COMPLAINT = "complaint"
    LEGAL_CLAIM = "legal_claim"
    INQUIRY = "public_inquiry"
    ACCESS_REQUEST = "access_request"
    COURT = "court_proceedings"
    POLICE = "police_investigation"
    REGULATOR = "information_regulator"
    REVIEW = "safeguarding_review"


class BreachKind(StrEnum):
    """What happened to personal data."""

    WRONG_RECIPIENT = "wrong_recipient"
    WRONG_FILE = "wrong_file"
    SEEN = "seen"
    LOST = "lost"
    BROKEN_IN = "broken_in"
    UNAVAILABLE = "unavailable"


class BreachOutcome(StrEnum):
    """What was decided about telling the Information Commissioner."""

    REPORTED = "reported"
    NO_RISK = "no_risk"


class DestructionState(StrEnum):
    """Where one destruction of a class of record stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DONE = "done"


class DestructionStep(StrEnum):
    """What of a confirmed destruction was done last, in this order."""

    NONE = "none"
    LISTED = "listed"
    ERASED = "erased"
    KEY_DESTROYED = "key_destroyed"
    ROWS_REMOVED = "rows_removed"
    TRACES_REMOVED = "traces_removed"
    CERTIFIED = "certified"


class WrongFileReason(StrEnum):
    """Why a file was sent in error; a listed reason, because free text could name a child (L5)."""

    OTHER_AREA = "other_area"
    OTHER_PEOPLE = "other_people"
    OTHER_FILE = "other_file"
    TOO_MUCH = "too_much"
    TRIAL = "trial"


class WrongFileState(StrEnum):
    """Where a file that was sent in error stands."""

    PUT_ASIDE = "put_aside"
    CONFIRMED = "confirmed"
    DESTROYED = "destroyed"
    RELEASED = "released"


class CohortStep(StrEnum):
    """What was decided about a frozen cohort."""

    ADMIT = "admit"
    WITHDRAW = "withdraw"
    REBUILD = "rebuild"
    KEEP = "keep"
    REDRAW = "redraw"


class VersionKind(StrEnum):
    """What a version of a return is beside the versions before it."""

    FIRST = "first"
    CORRECTION = "correction"
    REPLACEMENT = "replacement"
    EXPLAINED = "explained"
    PART = "part"
    AGAIN = "again"


class VersionReason(StrEnum):
    """Why a version was sent; a listed reason, because free text could name a child (L5)."""

    ERRORS_FIXED = "errors_fixed"
    ROWS_MISSING = "rows_missing"
    WRONG_FILE = "wrong_file"
    NEWER_EXTRACT = "newer_extract"
    EXPLAINED = "explained"
    GOOD_VERSION = "good_version"


class OrganisationKind(StrEnum):
    """What an organisation is: an inspectorate, or the kind of agency that it can be in an inspection."""

    INSPECTORATE = "inspectorate"
    LOCAL_AUTHORITY = "local_authority"
    POLICE = "police"
    HEALTH = "health"
    AMBULANCE = "ambulance"
    MENTAL_HEALTH = "mental_health"
    PROBATION = "probation"
    EDUCATION = "education"
    YOUTH_JUSTICE = "youth_justice"
    VOLUNTARY = "voluntary"
    MARAC = "marac"
    OVERSIGHT = "oversight"


class SignInWay(StrEnum):
    """How a person signed in."""

    OWN_LINK = "own_link"
    SHARED_LINK = "shared_link"
    PROVIDER = "provider"


class ProposalAnswer(StrEnum):
    """What became of an act that needs two people."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    LAPSED = "lapsed"


class Delivery(StrEnum):
    """Where a notice stands on its way to its reader.

    A notice is kept where it stays in our own outbox, sent once the channel answered that it took it, and delivered
    once the channel reports that the reader's mailbox did. It failed where it cannot reach its reader, and bounced
    where the channel took it and reported that later.
    """

    WAITING = "waiting"
    SENDING = "sending"
    KEPT = "kept"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    BOUNCED = "bounced"


UNDELIVERED = frozenset({Delivery.FAILED, Delivery.BOUNCED})


class DeliveryFault(StrEnum):
    """Why a notice did not reach its reader."""

    NO_ADDRESS = "no_address"
    MADE_UP_ADDRESS = "made_up_address"
    PERSON_ENDED = "person_ended"
    ADDRESS_REFUSED = "address_refused"
    BOUNCED = "bounced"
    MAILBOX_FULL = "mailbox_full"


class SpokenTo(StrEnum):
    """Whom somebody rang about a child in danger; a listed role, because a name or a note could name a child (L5)."""

    FRONT_DOOR = "front_door"
    DUTY_TEAM = "emergency_duty_team"
    SOCIAL_WORKER = "social_worker"
    DIRECTOR = "director"
    NAMED_PERSON = "named_person"
    CONTROL_ROOM = "control_room"
    PROTECTION_UNIT = "protection_unit"
    CONTACT = "contact"
    NOBODY = "nobody"


class CallResult(StrEnum):
    """What came of a call about a child in danger; `taken_on` alone means that somebody acts."""

    TAKEN_ON = "taken_on"
    WILL_RING_BACK = "will_ring_back"
    NO_ANSWER = "no_answer"


class DocumentKind(StrEnum):
    """What a document is that an agency is asked for."""

    STRATEGY = "strategy"
    PROTOCOL = "protocol"
    PERFORMANCE = "performance"
    CASE_FILE = "case_file"
    MEETINGS = "meetings"
    KEY_CONTACTS = "key_contacts"
    CHRONOLOGY = "chronology"


OF_A_CHILD = frozenset({DocumentKind.CASE_FILE, DocumentKind.CHRONOLOGY})
"""Kinds that are asked for once for each chosen child whom an agency knows."""


class DocumentState(StrEnum):
    """Where a document stands that an agency is asked for; what is offered may be sent and is not owed."""

    OFFERED = "offered"
    ASKED = "asked"
    RECEIVED = "received"
    NONE_HELD = "none_held"
    WITHDRAWN = "withdrawn"


class NoneHeld(StrEnum):
    """Why an agency holds no such document; a listed reason, because free text could name a child (L5)."""

    NOT_THERE = "not_there"
    BEING_WRITTEN = "being_written"
    HELD_ELSEWHERE = "held_elsewhere"
    IN_ANOTHER = "in_another"
    NOT_OURS = "not_ours"


class PlannedKind(StrEnum):
    """What a planned meeting of several agencies about a child is."""

    STRATEGY = "strategy_discussion"
    CONFERENCE = "child_protection_conference"
    CORE_GROUP = "core_group"
    CHILD_IN_NEED = "child_in_need_meeting"
    MARAC = "marac"
    EARLY_HELP = "early_help_meeting"
    PRE_BIRTH = "pre_birth_meeting"
    LOOKED_AFTER = "looked_after_review"
    OTHER = "other"


class Venue(StrEnum):
    """Where a planned meeting takes place."""

    ONLINE = "online"
    COUNCIL = "council_office"
    POLICE = "police_station"
    HEALTH = "health_building"
    SCHOOL = "school_or_nursery"
    ELSEWHERE = "elsewhere"


class AskFor(StrEnum):
    """Whom an inspector asks for at a planned meeting; a listed role, because a name needs no place in the ledger."""

    CHAIR = "chair"
    SOCIAL_WORKER = "social_worker"
    TEAM_MANAGER = "team_manager"
    MARAC_COORDINATOR = "marac_coordinator"
    HEALTH_VISITOR = "health_visitor"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    RECEPTION = "reception"


class ConsentOf(StrEnum):
    """Who may agree to meet inspectors."""

    CHILD = "child"
    MOTHER = "mother"
    FATHER = "father"
    CARER = "carer"
    OTHER = "other_adult"


class ConsentAnswer(StrEnum):
    """Whether somebody agrees to meet inspectors."""

    AGREED = "agreed"
    NOT_AGREED = "not_agreed"
    NOT_ASKED = "not_asked"
    WITHDRAWN = "withdrawn"


class AskedBy(StrEnum):
    """Who asked a child or an adult whether they agree to meet inspectors."""

    SOCIAL_WORKER = "social_worker"
    FAMILY_WORKER = "family_support_worker"
    HEALTH_VISITOR = "health_visitor"
    SCHOOL = "school_or_nursery"
    ABUSE_SERVICE = "domestic_abuse_service"
    OTHER = "other_professional"


class HeldKind(StrEnum):
    """What a meeting of the inspectors with the area is."""

    SET_UP = "set_up"
    KEEP_IN_TOUCH = "keep_in_touch"
    FEEDBACK = "feedback"
    OTHER = "other"


class Attending(StrEnum):
    """Who of the area was at a meeting, by office."""

    CHIEF_EXECUTIVE = "chief_executive"
    CHILDRENS_DIRECTOR = "director_of_childrens_services"
    POLICE_COMMANDER = "chief_constable_or_deputy"
    HEALTH_LEAD = "executive_lead_of_health"
    PROBATION_HEAD = "head_of_probation"
    SAFEGUARDING_CHAIR = "chair_of_safeguarding_arrangements"
    COORDINATOR = "local_coordinator"
    OTHERS = "others"


class ParagraphState(StrEnum):
    """How far a paragraph of the draft letter is: put together from findings, or written by a person."""

    PUT_TOGETHER = "put_together"
    WRITTEN = "written"


class FindingLevel(StrEnum):
    """How far a finding has passed: each level is another person's word on it."""

    RECORDED = "recorded"
    REVIEWED = "reviewed"
    MODERATED = "moderated"
    AGREED = "agreed"


class ReadyFor(StrEnum):
    """What the quality assurer reads the findings for."""

    DRAFT = "draft"
    PUBLICATION = "publication"


class MarkReason(StrEnum):
    """Why words that were marked are to be kept as they are."""

    SOMEBODY_ELSE = "somebody_else"
    MANY = "many"
    PUBLIC = "public"


MARK_REASON_LABELS = {
    MarkReason.SOMEBODY_ELSE: "Nobody of the records is meant",
    MarkReason.MANY: "The words fit many more children than the records hold",
    MarkReason.PUBLIC: "A court, an inquest or the news has made it public",
}


class ReportStatus(StrEnum):
    """Which form of a thematic report was compiled."""

    DRAFT = "draft"
    PUBLISHED = "published"


class ThreadKind(StrEnum):
    """What a thread is: comments that people resolve, or a disagreement that one person decides."""

    COMMENTS = "comments"
    DISAGREEMENT = "disagreement"


class PlanOutcome(StrEnum):
    """What a review of a version of the plan came to."""

    ADEQUATE = "adequate"
    MISSING = "missing"


class ActionState(StrEnum):
    """How far an action of the plan is, as the partnership says."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"


ACTION_OVER = frozenset({ActionState.DONE, ActionState.DROPPED})
"""States of an action of which no more progress is asked for."""


class PlanEnd(StrEnum):
    """Why a plan is no longer followed; a listed reason, because free text could name a child (L5)."""

    ALL_DONE = "all_done"
    PERIOD_OVER = "period_over"
    FOLLOWED_ELSEWHERE = "followed_elsewhere"


class Instrument(StrEnum):
    """By what an organisation hands over data: an agreement of both controllers, or a notice of the inspectorates."""

    NOTICE = "notice"
    AGREEMENT = "agreement"


class Lack(StrEnum):
    """What is missing before an agency may be asked for data."""

    NO_BASIS = "no_basis"
    NOTHING_ENTERED = "nothing_entered"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    LAPSED = "lapsed"
    NO_CONTACT = "no_contact"
    NOTICE_IS_NOT_ENOUGH = "notice_is_not_enough"


class PersonsRequestKind(StrEnum):
    """What somebody asks of us about data on a person (UK GDPR Articles 15, 16 and 18)."""

    ACCESS = "access"
    CORRECTION = "correction"
    RESTRICTION = "restriction"


class Requester(StrEnum):
    """Who asks: not everybody who asks for a child may have what is held about the child."""

    SELF = "self"
    PARENT = "parent"
    REPRESENTATIVE = "representative"


class IdentityCheck(StrEnum):
    """How it was confirmed who asks; a choice, because a copy of a document would be one more thing to keep."""

    KNOWN = "known"
    DOCUMENT_SEEN = "document_seen"
    AGENCY_CONFIRMED = "agency_confirmed"
    AUTHORITY_SEEN = "authority_seen"


class ExtensionReason(StrEnum):
    """Why a person's request takes up to two months more (UK GDPR Article 12(3))."""

    COMPLEX = "complex"
    SEVERAL = "several"


class PersonsCorrectionOutcome(StrEnum):
    """What became of a correction that a person asks for, at the agency that holds the data."""

    CORRECTED = "corrected"
    OWN_RECORDS = "own_records"
    REFUSED = "refused"
    NOT_NEEDED = "not_needed"


class PersonsCorrectionRefusal(StrEnum):
    """Why an agency does not correct what it holds; a choice, as free words would say what is held."""

    ACCURATE = "accurate"
    OPINION = "opinion"
    NOT_THEIRS = "not_theirs"
    LAW = "law"


class PersonsRequestOutcome(StrEnum):
    """What a person's request came to."""

    ANSWERED = "answered"
    NOTHING_HELD = "nothing_held"
    REFUSED = "refused"
    NOT_CONFIRMED = "not_confirmed"
    WITHDRAWN = "withdrawn"


class RestrictionGround(StrEnum):
    """Why the use of data about a person is restricted: UK GDPR Article 18(1)(a) to (d)."""

    ACCURACY = "accuracy"
    UNLAWFUL = "unlawful"
    CLAIMS = "claims"
    OBJECTION = "objection"


class RestrictionLift(StrEnum):
    """Why a restriction ends, as the person is told before it does (UK GDPR Article 18(3))."""

    ACCURATE = "accurate"
    CORRECTED = "corrected"
    LAWFUL = "lawful"
    CLAIMS_OVER = "claims_over"
    GROUNDS_PREVAIL = "grounds_prevail"
    CONSENT = "consent"
    WRONG_ROWS = "wrong_rows"


class WhyRestricted(StrEnum):
    """Why somebody opens what is restricted all the same: UK GDPR Article 18(2)."""

    CLAIMS = "claims"
    PROTECTION = "protection"
    INTEREST = "interest"
