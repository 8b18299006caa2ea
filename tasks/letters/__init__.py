"""The letter of findings: facts in, five formats out, with disclosure control and the chain of evidence (L4, L5)."""
