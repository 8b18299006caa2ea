"""The keys under which classes of record are sealed, and the tombstones that outlive ledger and store."""

from models.retention import RecordClass
from models.scopes import class_scope
from tasks.ground import vault


def destroy(ref: str, record_class: RecordClass) -> dict[str, str]:
    """Destroy the keys of a class for good and return the tombstone; a second time returns the same.

    Files that agencies sent have keys of their own within their inspection's: they go with the data about children.
    """
    if record_class is RecordClass.CHILDREN:
        other = class_scope(ref, RecordClass.EVIDENCE)
        for scope in vault.scopes():
            # By what is there and not by a list of uploads: a file without a row has a key as well.
            if scope.startswith(f"{ref}/") and scope not in (other, class_scope(ref, record_class)):
                vault.destroy(scope)
    return vault.destroy(class_scope(ref, record_class)).to_json()


def destroyed(ref: str) -> frozenset[RecordClass]:
    """Return the classes of an inspection of which a tombstone says that they were destroyed."""
    return frozenset(kind for kind in RecordClass if vault.is_destroyed(class_scope(ref, kind)))
