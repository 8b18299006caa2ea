"""The draft of the letter as people write it: sections, paragraphs with versions, and what each sentence rests on."""
