"""Recognises in what people write the children whose records an inspection holds: no child can be known (L5)."""
