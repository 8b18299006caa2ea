"""Pages of the inspection team."""
