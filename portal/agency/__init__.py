"""Pages of agencies: their requests, their submissions, and the verdicts on them."""
