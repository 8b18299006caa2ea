"""Which parts the operator brings along instead of the embedded ones."""

from collections.abc import Mapping

from deployments.errors import IncompletePartError

# The first setting of a group replaces its part; the others must then be given with it.
GROUPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "postgres": (("JTAI_DATABASE_URL",), ("JTAI_PREFECT_DATABASE_URL",)),
    "store": (("JTAI_S3_ENDPOINT_URL", "JTAI_S3_ACCESS_KEY", "JTAI_S3_SECRET_KEY"), ("JTAI_S3_CA_FILE",)),
    "prefect": (("JTAI_PREFECT_API_URL",), ("JTAI_PREFECT_AUTH",)),
}


def outside(part: str, environment: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses of an outside part, or nothing when the embedded one is to be used.

    An address equal to the embedded part's own is no outside part: `stack.env` was merely sourced.

    Raises:
        IncompletePartError: only half of it was named.
    """
    needed, optional = GROUPS[part]
    first = environment.get(needed[0])
    if not first or first == own.get(needed[0]):
        return {}
    for name in needed:
        if not environment.get(name):
            raise IncompletePartError(needed[0], name)
    return {name: environment[name] for name in (*needed, *optional) if environment.get(name)}
