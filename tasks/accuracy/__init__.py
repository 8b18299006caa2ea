"""The check of facts: the draft letter as agencies have it, their comments at its paragraphs, and the replies."""
