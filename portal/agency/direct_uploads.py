"""Files that a program puts straight into the store: the address for one, the same for browsers' and agencies' own."""

from dataclasses import dataclass
from typing import Any

from models.refusals import check_text
from portal.pages.session import Visitor
from tasks.ground import store
from tasks.returns.uploads import PUT_SECONDS, check_reason, check_size, open_permitted, permit_for


@dataclass(frozen=True, slots=True)
class FileAhead:
    """What a program says of a file before it puts it."""

    filename: str
    size: int
    adds: bool
    shared: bool
    reason: str = ""


def put_address(
    request_id: str, file: FileAhead, sender: Visitor, completions: str, *, looks: bool = False, stale: bool = False
) -> dict[str, Any]:
    """Return the address to which one file may be put once, as JSON values, and where to report that it is stored.

    Args:
        request_id: what the file is sent for.
        file: what its sender says of it.
        sender: who sends it.
        completions: the address under which this sender completes uploads.
        looks: whether a person sends it, who looks at it before it takes the place of something good.
        stale: whether their sign-in is too old to sign what is signed; it then waits for a newer one.

    Raises:
        UnknownRequestError: no such request of this agency.
        Refusal: the file or the request is not fit for an upload.
    """
    permit = permit_for(request_id, sender.agency_id)
    check_text("filename", file.filename)
    check_size(file.size)
    if looks:
        check_reason(permit, file.reason, adds=file.adds)
    upload = open_permitted(
        permit,
        file.filename,
        uploader=sender.by,
        adds=file.adds,
        shared=file.shared,
        reason=file.reason,
        looks=looks,
        stale=stale,
        ahead=True,
    )
    url, headers = store.presign_put(upload.key, PUT_SECONDS, size=file.size, filename=file.filename)
    return {"upload": upload.id, "url": url, "headers": headers, "complete": f"{completions}/{upload.id}/complete"}
