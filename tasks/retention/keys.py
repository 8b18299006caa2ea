"""The keys under which classes of record are sealed, and the tombstones that outlive ledger and store."""

from models.retention import RecordClass
from tasks.ground import vault

_SCOPES = {RecordClass.CHILDREN: "{ref}/children", RecordClass.EVIDENCE: "{ref}/evidence", RecordClass.RECORD: "{ref}"}
"""Whose key goes with a class. What lies within a scope ends with it, so that the record goes last."""


def scope_for(ref: str, record_class: RecordClass) -> str:
    """Return the scope of the keys of a class of an inspection."""
    return _SCOPES[record_class].format(ref=ref)


def destroy(ref: str, record_class: RecordClass) -> dict[str, str]:
    """Destroy the keys of a class for good and return the tombstone; a second time returns the same.

    Files that agencies sent have keys of their own within their inspection's: they go with the data about children.
    """
    if record_class is RecordClass.CHILDREN:
        other = scope_for(ref, RecordClass.EVIDENCE)
        for scope in vault.scopes():
            if scope.startswith(f"{ref}/") and scope not in (other, scope_for(ref, record_class)):
                vault.destroy(scope)
    return vault.destroy(scope_for(ref, record_class)).to_json()


def destroyed(ref: str) -> frozenset[RecordClass]:
    """Return the classes of an inspection of which a tombstone says that they were destroyed."""
    return frozenset(kind for kind in RecordClass if vault.is_destroyed(scope_for(ref, kind)))
