"""A verdict has one set of words, and one that waits for rules of ours says so and blames nobody."""

from models.words import VERDICTS
from validation.telling.advice import NEXT, next_step, verdict_words


def test_each_verdict_has_words_and_a_next_step() -> None:
    assert set(NEXT) == set(VERDICTS)
    assert (verdict_words("rejected"), next_step("rejected")) == ("Needs correcting", NEXT["rejected"])


def test_l9_a_verdict_that_waits_for_rules_of_ours_names_them_and_that_the_fault_is_ours() -> None:
    sentence = next_step("accepted", ["POL-1.x", "POL-1.y"])
    assert sentence.startswith("This verdict is held: 2 rules of ours could not be run (POL-1.x, POL-1.y).")
    assert "The fault is ours" in sentence
    assert verdict_words("accepted", ["POL-1.x"]) == "Held: to be checked again"


def test_l9_errors_are_to_be_fixed_though_other_rules_could_not_be_run() -> None:
    assert verdict_words("rejected", ["POL-1.x"]) == "Needs correcting"
    sentence = next_step("rejected", ["POL-1.x"])
    assert sentence.startswith(f"{NEXT['rejected']} 1 rule of ours could not be run (POL-1.x). The fault is ours")
