"""What a good return is: one contract per return, and the readers, messages and reports derived from it."""
