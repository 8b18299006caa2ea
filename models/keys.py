"""Makes the keys of objects in the evidence store, and takes them apart; nothing else knows their form."""

from pathlib import PurePosixPath

INCOMING = "incoming/"
"""Under which every upload lands."""

ANCHORS = "anchors/"
"""Under which the signed heads of audit chains lie, locked."""

_DIGITS = 16
"""So many hexadecimal digits of its digest tell an object from others of its folder."""


def by_content(folder: str, stem: str, sha256: str, extension: str) -> str:
    """Return the key of an object that its content names; `extension` has no dot."""
    return f"{folder}/{stem}-{sha256[:_DIGITS]}.{extension}"


def stem_of(key: str) -> str:
    """Return the stem that `by_content` was given."""
    return PurePosixPath(key).stem.rpartition("-")[0]


def name_in_folder(key: str) -> str:
    """Return the last part of a key."""
    return PurePosixPath(key).name


def version_stem(*of: str, version: int) -> str:
    """Return the stem of one version of what somebody wrote, for example `jo-police-v2`."""
    return f"{'-'.join(of)}-v{version}"


def extension_of(key: str) -> str:
    """Return the extension of a key, without its dot."""
    return key.rpartition(".")[2]


def incoming(request: str, upload: str, extension: str) -> str:
    """Return where an upload lands; `extension` has its dot."""
    return f"{INCOMING}{request}/{upload}{extension}"


def template(request: str, extension: str) -> str:
    """Return where the template of a request lies."""
    return f"templates/{request}.{extension}"


def return_folder(request: str, version: int) -> str:
    """Return where everything made of one version of a return lies."""
    return f"returns/{request}/v{version}"


def check_folder(request: str, version: int, rule_set: str) -> str:
    """Return where the report and tables of one check under one rule set lie."""
    return f"{return_folder(request, version)}/{rule_set}"


def explanation(request: str, identity: str) -> str:
    """Return where the words of an explanation lie."""
    return f"returns/{request}/explanations/{identity}.json"


def cohort_folder(ref: str, version: int) -> str:
    """Return where a version of the cohort lies."""
    return f"cohorts/{ref}/{version}"


def sample_folder(ref: str, draw: int) -> str:
    """Return where a draw lies."""
    return f"samples/{ref}/{draw}"


def evaluation_folder(ref: str, kind: str) -> str:
    """Return where an agency's list of children and its audit templates lie."""
    return f"evaluations/{ref}/{kind}"


def sampled_folder(ref: str, agency: str) -> str:
    """Return where the versions of an agency's list of children in the wider sample lie."""
    return f"sampled/{ref}/{agency}"


def finding_folder(ref: str, finding: str) -> str:
    """Return where the words of a finding lie."""
    return f"findings/{ref}/{finding}"


def form_folder(ref: str, child: str) -> str:
    """Return where the words of forms on a child of the wider sample lie."""
    return f"forms/{ref}/{child}"


def judgement_folder(ref: str, child: str, area: str) -> str:
    """Return where the words of judgements of a child in an area of evaluation lie."""
    return f"judgements/{ref}/{child}/{area}"


def note_log(ref: str, person: str, device: str) -> str:
    """Return where the log of one person's notes in one browser lies."""
    return f"notes/{ref}/{person}/{device}"


def note_batch(log: str, sequence: int) -> str:
    """Return where one batch of a log of notes lies; the numbers sort as they count."""
    return f"{log}/{sequence:08}.json"


def paragraph_folder(ref: str, paragraph: str) -> str:
    """Return where the versions of a paragraph of the draft letter lie."""
    return f"drafts/{ref}/{paragraph}"


def remark(ref: str, subject: str, identity: str) -> str:
    """Return where the words of a remark in a thread on a finding or a paragraph lie."""
    return f"remarks/{ref}/{subject}/{identity}.json"


def assurance(ref: str, identity: str) -> str:
    """Return where the reason of a quality assurer lies."""
    return f"assurances/{ref}/{identity}.json"


def marked_words(ref: str, identity: str) -> str:
    """Return where words lie that wait for a second person, because they could tell who a child is."""
    return f"marked/{ref}/{identity}.json"


def correction(ref: str, identity: str) -> str:
    """Return where the words of a comment on the facts lie."""
    return f"corrections/{ref}/{identity}.json"


def reply(ref: str, identity: str) -> str:
    """Return the folder in which the words of the replies to a comment on the facts lie."""
    return f"replies/{ref}/{identity}"


def comment_file(ref: str, identity: str) -> str:
    """Return where a file lies that an agency attached to a comment on the facts; its name says nothing of it."""
    return f"corrections/{ref}/files/{identity}"


def complaint_folder(ref: str, identity: str) -> str:
    """Return where the words of a complaint about an inspection lie, and those of the decision on it."""
    return f"complaints/{ref}/{identity}"


def complaint(ref: str, identity: str, name: str) -> str:
    """Return where the words of a complaint lie."""
    return f"{complaint_folder(ref, identity)}/{name}.json"


def remit_concern_folder(ref: str, identity: str) -> str:
    """Return where the versions of a letter to another inspectorate on its remit lie."""
    return f"remit/{ref}/{identity}"


def concern(ref: str, identity: str) -> str:
    """Return where the words of an immediate concern about a child lie."""
    return f"concerns/{ref}/{identity}.json"


def document(ref: str, identity: str) -> str:
    """Return where one version of a document lies that an agency sent; its name says nothing of it."""
    return f"documents/{ref}/{identity}"


def family_meeting(ref: str, identity: str) -> str:
    """Return where the words about a planned meeting lie, or about meeting a child or an adult of the family."""
    return f"meetings/{ref}/family/{identity}.json"


def meeting_record(ref: str, identity: str) -> str:
    """Return where the words of a meeting of the inspectors with the area lie."""
    return f"meetings/{ref}/records/{identity}.json"


def letter_folder(ref: str, status: str, version: int) -> str:
    """Return where a compiled letter lies in all its formats."""
    return f"letters/{ref}/{status}/{version}"


def report_part_folder(report: str, part: str) -> str:
    """Return where the versions of a part of a thematic report lie."""
    return f"reports/{report}/parts/{part}"


def report_folder(report: str, status: str, version: int) -> str:
    """Return where a compiled thematic report lies in all its files."""
    return f"reports/{report}/{status}/{version}"


def figures_folder(ref: str) -> str:
    """Return where what left of an inspection's counts lies, with its certificates."""
    return f"figures/{ref}"


PUBLIC = "public"
"""Under which lies what anybody may read: the lists of the files of the public pages."""
PUBLIC_FILES = f"{PUBLIC}/files"
"""Under which the files themselves lie."""


def statement(ref: str, sha256: str, extension: str) -> str:
    """Return where a written statement lies; `extension` has its dot."""
    return f"statements/{ref}/{sha256[:_DIGITS]}{extension}"


def plan_folder(ref: str) -> str:
    """Return where drafts, versions, reviews and progress of an area's plan lie."""
    return f"plans/{ref}"


def plan_file_folder(ref: str, sha256: str) -> str:
    """Return where a workbook of the plan and what came of checking it lie."""
    return f"{plan_folder(ref)}/files/{sha256}"


PERSONS = "persons"
"""Under which lies who asked for something about themselves, each request under a key of its own."""


def persons_folder(request: str) -> str:
    """Return where it lies who the person of a request is, and by which numbers they are sought."""
    return f"{PERSONS}/{request}"


def persons_request(key: str) -> str:
    """Return the id of the request that something under `PERSONS` is of."""
    return PurePosixPath(key).parts[1]


def persons_copy(ref: str, identity: str, extension: str) -> str:
    """Return where a copy for a person lies, with the data about children that it was made of."""
    return f"copies/{ref}/{identity}.{extension}"


def persons_correction(ref: str, identity: str) -> str:
    """Return where the words of a correction that a person asks for lie, with the data about children."""
    return f"copies/{ref}/{identity}.json"


PUT_ASIDE = "put-aside/"
"""How a reference begins in place of the key of an object that was sent in error: it opens nothing."""


def put_aside(file: str, sha256: str) -> str:
    """Return what stands in place of a key while a file that was sent in error is put aside, and after its end."""
    return f"{PUT_ASIDE}{file}/{sha256[:_DIGITS]}"


def is_put_aside(key: str | None) -> bool:
    """Return whether a reference names what was sent in error, and so opens nothing."""
    return bool(key) and str(key).startswith(PUT_ASIDE)


DESTROYED = "destroyed-"
"""How a reference begins that must not be empty and names nothing any more, as what it named was destroyed."""


def is_destroyed(key: str | None) -> bool:
    """Return whether a reference stands for what was destroyed by policy, and so opens nothing."""
    return bool(key) and str(key).startswith(DESTROYED)


CERTIFICATES = "certificates"
"""Under which lie lists and certificates of what was destroyed; they hold no personal data, and are never sealed."""


def destruction_folder(ref: str) -> str:
    """Return where lists and certificates of what was destroyed of an inspection lie."""
    return f"{CERTIFICATES}/{ref}"


def anchor_key(ref: str, number: int | None) -> str:
    """Return where the anchor of an entry lies, or the folder of all anchors of a chain; they sort as they count."""
    return f"{ANCHORS}{ref}/" if number is None else f"{ANCHORS}{ref}/{number:08}.json"


def anchor_ref(key: str) -> str:
    """Return whose chain an anchor is of, by its key."""
    return key.removeprefix(ANCHORS).rpartition("/")[0]


WITNESSES = "witnesses/"
"""Under which countersignatures of anchors lie."""


def witness_key(ref: str, number: int, identity: str) -> str:
    """Return where a countersignature of an anchor lies."""
    return f"{WITNESSES}{ref}/{number:08}/{identity}.json"


COMMITMENTS = "commitments/"
"""Under which lies what announcements bound themselves to, locked."""


def commitment_key(ref: str) -> str:
    """Return where what an announcement bound itself to lies."""
    return f"{COMMITMENTS}{ref}.json"
