"""The plan that answers a letter, as data: drafted, sent in versions, reviewed by two, followed until its end."""
