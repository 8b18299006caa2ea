"""How many children are in no list: an estimate for those who inspect. No letter, finding or report may import it."""
