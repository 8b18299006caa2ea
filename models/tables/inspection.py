"""An inspection, its stored timetable and its agencies."""

from datetime import date, datetime, timedelta

from sqlalchemy import Index, false, text
from sqlmodel import Field

from models.england import ENGLAND
from models.key_ring import FIRST
from models.lifecycle import Stage
from models.tables.base import Base, dated, json_list, moment, optional_state, state, utc_now


class Inspection(Base, table=True):
    """One inspection of one area under one version of a theme.

    `ref` is what people and runs call it, for example `reading-domestic-abuse-2024-20250224`.
    A rehearsal has a clock of its own: `clock_shift_seconds` is added to the present moment for everything that
    depends on the date. `seed_key` and `pseudonym_key` are the ids of the keys under which it was announced: another
    key, made since, changes neither its draws nor its pseudonyms.
    `theme_mark` tells whether the theme is still as it was at the announcement. `letter_open` says that its published
    letter was withdrawn, and that findings can be changed for another. `incomplete_at` says that since then additional
    evidence is gathered, because a complaint was upheld; it ends when another letter takes the published one's place.
    """

    __table_args__ = (
        # Of two announcements at once one stands; an inspection that has ended leaves room for the next.
        Index(
            "one_live_inspection_per_area_and_theme",
            "area_gss",
            "theme_id",
            unique=True,
            postgresql_where=text("stage NOT IN ('closed', 'cancelled')"),
        ),
    )

    ref: str = Field(primary_key=True)
    area_gss: str
    area_name: str
    theme_id: str
    theme_version: int
    announced: date
    stage: Stage = state(Stage, Stage.ANNOUNCED)
    paused_from: Stage | None = optional_state(Stage)
    paused_on: date | None = None
    rehearsal: bool = False
    clock_shift_seconds: int = 0
    seed_digest: str
    seed_key: str = FIRST
    pseudonym_key: str = FIRST
    # The database has defaults of its own for columns that the release before does not write.
    own_seeds: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    board_digest: str = ""
    theme_mark: str = ""
    letter_open: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    incomplete_at: datetime | None = moment()
    created_at: datetime = moment(default_now=True)

    def now(self) -> datetime:
        """Return the present moment as this inspection counts it."""
        return utc_now() + timedelta(seconds=self.clock_shift_seconds)

    def today(self) -> date:
        """Return the present day in England, as this inspection counts it."""
        return self.now().astimezone(ENGLAND).date()


class TimetableStep(Base, table=True):
    """One stored deadline with its explanation (L7); `day_before` is where it stood before a pause moved it."""

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    step: str = Field(primary_key=True)
    position: int
    label: str
    day: date
    working_day: int
    explain: str
    day_before: date | None = None


class Agency(Base, table=True):
    """One agency of one inspection: who takes part, at which shared mailbox, and how the letter must address it.

    Regulation 3 of SI 2015/1792 wants the postal and web address of every recipient in the letter. `lacks` lists what
    is missing before it may be asked for data, as `Lack` names it; it is empty where nothing is.
    """

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    kind: str
    name: str
    mailbox: str
    postal_address: str = ""
    web_address: str = ""
    organisation_id: str | None = Field(default=None, foreign_key="organisation.id")
    lacks: str = Field(default="", sa_column_kwargs={"server_default": ""})


class Narrowing(Base, table=True):
    """The kinds of agency whose records one inspectorate sees in one inspection, as its lead inspector decided."""

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    inspectorate: str = Field(primary_key=True)
    kinds: list[str] = json_list()
    decided_by: str
    decided_at: datetime = dated()
