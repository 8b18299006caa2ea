"""Which channel the settings name, and what an operator reads who named none that works."""

import pytest

from models.settings import reread
from tasks.ground.faults import answer_to, in_words
from tasks.people.channels import ChannelRefusedError, is_set
from tasks.people.chosen_channel import channel
from tasks.people.notify import Notify
from tasks.people.smtp import Smtp
from tests.notify_server import KEY, TEMPLATE

NAMES = ("NOTIFY_KEY", "NOTIFY_TEMPLATE", "SMTP_URL", "MAIL_FROM")
NOTIFY = {"NOTIFY_KEY": KEY, "NOTIFY_TEMPLATE": TEMPLATE}
SMTP = {"SMTP_URL": "smtps://user:password@mail.jtai-area.uk", "MAIL_FROM": "notices@jtai-area.uk"}


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name in NAMES:
        monkeypatch.delenv(f"JTAI_{name}", raising=False)
    for name, value in values.items():
        monkeypatch.setenv(f"JTAI_{name}", value)
    reread()


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    yield
    monkeypatch.undo()
    reread()


def test_settings_choose_the_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch)
    assert (channel(), is_set()) == (None, False)
    given(monkeypatch, **NOTIFY)
    assert isinstance(channel(), Notify)
    assert is_set()
    given(monkeypatch, **SMTP)
    assert isinstance(channel(), Smtp)


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({**NOTIFY, **SMTP}, ("JTAI_NOTIFY_KEY", "JTAI_SMTP_URL")),
        ({"NOTIFY_KEY": KEY}, ("JTAI_NOTIFY_TEMPLATE",)),
        ({**NOTIFY, "NOTIFY_KEY": KEY[:40]}, ("JTAI_NOTIFY_KEY",)),
        ({"SMTP_URL": SMTP["SMTP_URL"]}, ("JTAI_MAIL_FROM",)),
    ],
)
def test_what_cannot_work_names_its_settings_and_none_of_their_values(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], names: tuple[str, ...]
) -> None:
    given(monkeypatch, **values)
    with pytest.raises(ChannelRefusedError) as raised:
        channel()
    answer = answer_to(raised.value)
    assert all(name in answer.sentence for name in names)
    assert "password" not in answer.sentence
    assert "refuses us" in in_words(raised.value)
