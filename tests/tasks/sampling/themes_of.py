"""A theme with a plan of a test."""

from models.themes import SamplingPlan, Theme, theme


def theme_with(plan: SamplingPlan) -> Theme:
    """Return a theme that samples by this plan."""
    return theme("domestic-abuse-2024").model_copy(update={"sampling": plan})
