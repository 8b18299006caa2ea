"""What inspectors record of the children looked at: forms on the wider sample, and judgements made apart."""
