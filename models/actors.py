"""Names those who act as the audit writes them: their role, then the person."""

PROGRAM = "program"
"""The role of an agency's own program, which comes in with a token."""


def actor(role: str, person: str) -> str:
    """Return how the audit names a person in a role."""
    return f"{role}: {person}"


def inspectorate(person: str) -> str:
    """Return how the audit names somebody of an inspectorate; whoever is named with a role already keeps that."""
    return person if ": " in person else actor("inspectorate", person)


def inspector(person: str) -> str:
    """Return how the audit names somebody of the team; whoever is named with a role already keeps that."""
    return person if ": " in person else actor("inspector", person)
