"""The audit names those who act as it always has."""

from models.actors import actor, inspector, inspectorate


def test_an_actor_is_a_role_and_a_person() -> None:
    assert actor("agency", "A Lee") == "agency: A Lee"
    assert inspectorate("Sam Patel") == "inspectorate: Sam Patel"
    assert inspector("A Lee") == "inspector: A Lee"
    assert inspector("lead_inspector: A Lee") == "lead_inspector: A Lee"
