"""Quality assurance: levels of findings, threads on them, and what the quality assurer says."""
