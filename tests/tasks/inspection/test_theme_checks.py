"""Each wrong name in a theme is told at its line, with what was probably meant; what ships has none."""

from pathlib import Path

import pytest

from models.themes import ThemeFileError, path_of, shipped, theme, theme_ids
from tasks.inspection.new_theme import NewThemeError, begun
from tasks.inspection.theme_checks import mistakes_in_file, theme_mistakes, usable_themes
from tests.portal.pages.made_up import set_to

NAME = "domestic-abuse-2024"
TEXT = path_of(NAME).read_text()


def spoiled(old: str, new: str) -> tuple[str, int]:
    """Return the theme's text with its first such words changed, and the line on which they stand."""
    at = TEXT.index(old)
    return TEXT.replace(old, new, 1), TEXT.count("\n", 0, at) + 1


@pytest.mark.parametrize("name", shipped())
def test_what_ships_has_no_mistake(name: str) -> None:
    assert mistakes_in_file(path_of(name)) == []


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ('code = "POL-1"', 'code = "POL1"', "POL-1"),
        ('agency = "police"', 'agency = "polise"', "police"),
        ('due = "child_level_due"', 'due = "child_levels_due"', "child_level_due"),
        ('evaluation_due = "evaluations_due"', 'evaluation_due = "evaluation_due"', "evaluations_due"),
        ('after = "draft_report"', 'after = "draft_reports"', "draft_report"),
        ('"plan_status"', '"plan_state"', "plan_status"),
        ('key = "pre_birth"', 'key = "prebirth"', "pre_birth"),
        ('code = "practice"', 'code = "practise"', "practice"),
        ('"probation"]', '"probations"]', "probation"),
        ('notification_weekday = "Monday"', 'notification_weekday = "Mondays"', "Monday"),
        ("sampled_reserves = 2", "sample_reserves = 2", "sampled_reserves"),
    ],
)
def test_a_wrong_name_is_told_at_its_line_with_what_was_meant(old: str, new: str, meant: str) -> None:
    text, line = spoiled(old, new)
    mistakes = theme_mistakes(text, NAME)
    assert meant in {mistake.meant for mistake in mistakes}
    assert line in {mistake.line for mistake in mistakes if mistake.meant == meant}
    assert all(str(mistake).startswith(f"Line {mistake.line}: ") for mistake in mistakes)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"3C"', '"99Z"', "no factor"),
        ("youngest = 0", "youngest = 1", "age groups"),
        ('id = "domestic-abuse-2024"', 'id = "another"', "file's name"),
        ('step = "publication", label', 'step = "publications", label', "no step publication"),
        ('"EA12"', '"EA11"', "there twice"),
        ("tracked = 7", 'tracked = "seven"', "it is a whole number"),
        ("tracked = 7", "tracked = ", "not in the form of a theme"),
        ("tracked = 7\n", "", "'tracked' is missing"),
        ("[age_band]", '[rules]\nremoves = ["X99"]\n[age_band]', "no rule 'X99'"),
        ("[age_band]", '[rules]\ninherits = "domestic-abuse-2016@9"\n[age_band]', "domestic-abuse-2016@9"),
        ("[age_band]", '[rules]\ninherits = "nothing@1"\n[age_band]', "no theme"),
        (", must = false", ', must = "perhaps"', "cannot be 'perhaps': it is true or false"),
        ("[age_band]", "[partial_acceptance]\nYJS-1 = 0.1\n[age_band]", "no return of this theme"),
        ('group = "unborn"', 'group = "unbron"', "no group of age_band 'unbron'"),
        ('group = "0-1"', 'group = "0-2"', "no group of age_band '0-2'"),
        ('group = "high"', 'group = "hihg"', "no group of police_risk 'hihg'"),
        (
            'group = "F", children = 2',
            'group = "F", children = 6',
            "minimums of sex need 8 places, and minimums may claim 6",
        ),
        ('group = "M", children = 2', 'group = "F", children = 2', "'F' is there twice"),
        ('{ by = "ethnicity", every = 40 }', '{ by = "ethnicity" }', "asks for nothing"),
        ('{ by = "ethnicity", every = 40 }', '{ by = "sex", every = 40 }', "margin by sex is there twice"),
        ('{ by = "ethnicity", every = 40 }', '{ by = "ethnicities", every = 40 }', "'ethnicities' is not one of"),
        ('strata = ["age_band"', 'strata = ["age_bnad"', "no column of the cohort 'age_bnad'"),
        ("open_places = 1", "open_places = 7", "leaves no place"),
        (
            "open_places = 1",
            "open_places = 1\nstratum_minimum = 1",
            "plan of the kind margins-1 has no 'stratum_minimum'",
        ),
        ('plan = "margins-1"', 'plan = "strata-1"', "plan of the kind strata-1 has no 'margins'"),
        ('plan = "margins-1"', "", "'strata' is missing"),
        ('plan = "margins-1"', 'plan = "margins-2"', "'margins-2' is not one of"),
        (
            "[age_band]",
            "[followed]\nevery_months = 6\nuntil_months = 3\n[age_band]",
            "until_months is less than every_months",
        ),
        ("[age_band]", '[followed]\nagain = ["POL-9"]\n[age_band]', "the theme does not ask for it"),
        (
            "[age_band]",
            '[followed]\nmeasures = [{ code = "POL-1", column = "spoken", label = "Spoken" }]\n[age_band]',
            "no column of POL-1 'spoken'",
        ),
        ("[age_band]", "[followed]\nevery_month = 6\n[age_band]", "every_month"),
    ],
)
def test_what_cannot_be_is_told(old: str, new: str, words: str) -> None:
    mistakes = theme_mistakes(spoiled(old, new)[0], NAME)
    assert [mistake for mistake in mistakes if words in mistake.sentence]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("HMICFRS", "HM Inspectorate of Constabulary and Fire & Rescue Services"),
        ("CQC", "Care Quality Commission"),
        ("OFSTED", "Ofsted"),
        ("HM Inspectorate of Probations", "HM Inspectorate of Probation"),
    ],
)
def test_an_inspectorate_has_the_name_of_the_other_themes(written: str, meant: str) -> None:
    text = TEXT.replace('"Ofsted"', f'"{written}"', 1)
    line = TEXT.count("\n", 0, TEXT.index('"Ofsted"')) + 1
    (mistake,) = theme_mistakes(text, NAME)
    assert str(mistake) == f"Line {line}: {written!r} is called {meant!r} here, as in the other themes."


def test_another_inspectorate_can_take_part() -> None:
    text = TEXT.replace('"HM Inspectorate of Probation"', '"HM Inspectorate of Prisons"', 1)
    assert theme_mistakes(text, NAME) == []


def test_where_nothing_is_alike_the_few_that_there_are_are_listed() -> None:
    text = TEXT.replace('recipients = ["Secretary of State for Education"', 'recipients = ["Queen"', 1)
    (mistake,) = theme_mistakes(text, NAME)
    assert "There are Secretary of State for Education, local_authority, police" in str(mistake)


def test_all_mistakes_are_told_at_once_by_line() -> None:
    text = TEXT.replace('"POL-1"', '"POL1"', 1).replace('group = "early_help"', 'group = "early_hepl"')
    lines = [mistake.line for mistake in theme_mistakes(text, NAME)]
    assert len(lines) == 2
    assert lines == sorted(lines)


def test_a_file_that_is_none_is_told_in_a_sentence(tmp_path: Path) -> None:
    assert "cannot be read" in mistakes_in_file(tmp_path / "none.toml")[0].sentence
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe")
    assert "cannot be read" in mistakes_in_file(tmp_path / "odd.toml")[0].sentence


def test_a_new_file_is_a_theme_at_once_and_a_wrong_one_is_none(tmp_path: Path) -> None:
    file = tmp_path / "neglect-2027.toml"
    with set_to(themes=tmp_path):
        assert theme_ids() == usable_themes() == shipped()
        text = begun("neglect-2027", NAME)
        file.write_text(text)
        assert "neglect-2027" in usable_themes()
        assert theme("neglect-2027").version == 1
        file.write_text(text.replace("POL-1", "POL-11"))
        assert "neglect-2027" not in usable_themes()
        file.write_text("nothing")
        with pytest.raises(ThemeFileError, match="jtai theme check"):
            theme("neglect-2027")


def test_a_file_of_the_name_of_one_that_ships_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.toml").write_text("nothing")
    with set_to(themes=tmp_path):
        assert theme(NAME).id == NAME
        assert usable_themes() == shipped()


@pytest.mark.parametrize("name", ["../up", "Neglect", "a b", "", NAME])
def test_a_theme_is_begun_under_a_name_that_is_free_and_plain(name: str) -> None:
    with pytest.raises(NewThemeError):
        begun(name, NAME)


def test_a_theme_that_was_begun_has_no_mistake_but_a_version_of_its_own() -> None:
    text = begun("neglect-2027", NAME)
    assert theme_mistakes(text, "neglect-2027") == []
    assert "version = 1" in text
