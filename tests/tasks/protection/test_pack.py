"""The pack says what is in force: it changes with theme, settings and day, and holds no name of anybody."""

from datetime import date

import pytest
from pydantic import SecretStr

from models.roles import ROLE_LABELS
from models.settings import Settings
from models.themes import shipped, theme
from tasks.letters.blocks import Bullets, Document, RunningText, TableBlock
from tasks.protection.pack import pack
from tasks.protection.uses import unused
from validation.returns import contract

DAY = date(2026, 11, 2)


def _text(document: Document) -> str:
    parts = []
    for section in document.sections:
        parts.append(section.heading)
        for block in section.blocks:
            match block:
                case RunningText(text=text):
                    parts.append(text)
                case Bullets(items=items):
                    parts += items
                case TableBlock(caption=caption, header=header, rows=rows):
                    parts += [caption, *header, *(cell for row in rows for cell in row)]
    return "\n".join(parts)


@pytest.mark.parametrize("theme_id", shipped())
def test_each_theme_has_a_pack_with_every_column_and_role(theme_id: str) -> None:
    theme_ = theme(theme_id)
    text = _text(pack(theme_, DAY, Settings()))
    for owed in theme_.returns:
        for column in contract(owed.code, theme_).main.columns:
            assert column.name in text
    assert all(label.capitalize() in text for label in ROLE_LABELS.values())
    assert "None on record" not in text
    assert f"Of these, {len(unused(theme_, DAY))} column" in text


def test_it_says_what_the_settings_are_and_nothing_of_their_secrets() -> None:
    theme_ = theme("domestic-abuse-2024")
    plain = _text(pack(theme_, DAY, Settings()))
    assert "No scanner is set" in plain
    assert "No channel is set" in plain
    given = Settings(scanner="/run/clamd", notify_key=SecretStr("hush-hush"), oidc_issuer="https://id.example.org")
    told = _text(pack(theme_, DAY, given))
    assert "A scanner looks at each file first" in told
    assert "by GOV.UK Notify" in told
    assert "People sign in by their organisation" in told
    assert "hush-hush" not in told


def test_a_duty_that_has_not_begun_is_no_basis_yet() -> None:
    theme_ = theme("domestic-abuse-2024")
    assert "section 16LA" not in _text(pack(theme_, date(2026, 4, 28), Settings()))
    assert "section 16LA" in _text(pack(theme_, date(2026, 4, 29), Settings()))
