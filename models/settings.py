"""The one settings class: every external part and every limit, each replaceable by an environment variable JTAI_*."""

from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import TypeVar

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.one_off_holidays import one_off_holidays
from models.refusals import OperatorError

Client = TypeVar("Client")

CHECKOUT = Path(__file__).resolve().parent.parent
ENV_FILE = "stack.env"
"""File in the state folder by which a running embedded stack tells its addresses."""


class _Where(BaseSettings):
    """Where the state folder is, which has to be known before the file of addresses in it can be read."""

    model_config = SettingsConfigDict(env_prefix="JTAI_", extra="ignore")

    state: Path = Field(CHECKOUT / ".jtai", description="Folder of the embedded stack: ports, secrets, data, logs.")


class Settings(_Where):
    """Where the parts are and how large they may grow.

    The embedded stack writes `stack.env` into its state folder (mode 0600); settings are read from there unless the
    environment says otherwise, so that `jtai`, the flows and the portal find the same parts.
    """

    database_url: SecretStr | None = Field(None, description="PostgreSQL of the ledger, postgresql+psycopg://...")
    database_owner_url: SecretStr | None = Field(
        None,
        description="The same database, reached by the owner of its tables, for migrations alone. "
        "No other program gets it.",
    )
    prefect_database_url: SecretStr | None = Field(None, description="PostgreSQL of Prefect, postgresql+asyncpg://...")
    s3_endpoint_url: str | None = Field(
        None, description="Object store. On AWS, the region's address, https://s3.eu-west-2.amazonaws.com."
    )
    s3_public_url: str | None = Field(
        None,
        pattern=r"^https?://[^/\s]+$",
        description="Object store as senders reach it, https://files.example.org, where that is another address.",
    )
    s3_ca_file: Path | None = Field(
        None,
        description="PEM file with the authorities that vouch for the object store, if not those of this machine. "
        "The embedded store has one of its own.",
    )
    s3_region: str = Field("us-east-1", description="Region that requests to the object store are signed for.")
    s3_access_key: SecretStr | None = Field(
        None, description="Access key of the object store. Without it, a role of AWS is used."
    )
    s3_secret_key: SecretStr | None = Field(None, description="Secret key of the object store.")
    s3_bucket: str = Field("jtai-evidence", description="Bucket with versioning and object lock: the evidence store.")
    prefect_api_url: str | None = Field(None, description="URL of Prefect's API, ending in /api.")
    prefect_auth: SecretStr | None = Field(None, description="user:password that Prefect's server asks for.")
    prefect_url: str | None = Field(
        None, description="Address at which people reach Prefect. Without it, that of the API without /api."
    )
    hook_token: SecretStr | None = Field(
        None, description="Token of the webhook for stores. Without it there is no webhook."
    )
    metrics_token: SecretStr | None = Field(None, description="Token of the metrics. Without it there are no metrics.")
    queue_url: str | None = Field(
        None, description="SQS queue of S3 notifications to listen to. Without it nothing listens."
    )
    queue_endpoint_url: str | None = Field(None, description="Where the queue's service is, if it is not AWS.")
    portal_url: str | None = Field(None, description="Address at which people reach the portal.")
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s]+$",
        description="Address of the public pages, if they are served elsewhere than under /public of the portal.",
    )
    security_contact: str | None = Field(
        None,
        pattern=r"^(mailto:\S+@\S+|https://\S+|tel:\S+)$",
        description="Whom to tell of something unsafe, 'mailto:security@example.org'. Shown in security.txt.",
    )
    themes: Path | None = Field(
        None,
        description="Folder with themes of your own, a file each: `themes` in the state folder if not given. "
        "A new file needs no restart.",
    )
    work_pool: str = Field("jtai", description="Work pool of Prefect in which runs are started.")
    workers: int = Field(1, gt=0, description="How many workers share the pool. More workers run more at once.")
    keys_file: Path | None = Field(
        None, description="File with the keys, a list for each purpose. It is read again whenever it has changed."
    )
    keys: SecretStr | None = Field(None, description="The keys themselves, as such a file holds them.")
    vault: str | None = Field(
        None,
        pattern=r"^(s3://[^/]+(/.*)?|/.*)$",
        description="Where the wrapped keys of the evidence are: a folder that every program reaches, or s3://... "
        "of another bucket without versions. `vault` in the state folder if not given.",
    )
    kms_key: str | None = Field(
        None,
        description="Key of AWS KMS, its ARN, that wraps the keys of the evidence. Without it our own `evidence` key.",
    )
    kms_endpoint_url: str | None = Field(None, description="Where KMS is, if it is not AWS.")
    secret_key: SecretStr | None = Field(
        None, description="The one key of before, for each purpose that has no key of its own. Its id is `first`."
    )
    postgres_programs: Path | None = Field(
        None, description="Folder of PostgreSQL's pg_dump and pg_restore for backups, if not the embedded ones."
    )
    postgres_user: str = Field("nobody", description="Who the embedded PostgreSQL runs as when started by root.")

    oidc_issuer: str | None = Field(
        None, description="OpenID Connect provider by which people sign in. Without it they sign in by links."
    )
    oidc_client_id: str | None = Field(None, description="Our client at that provider.")
    oidc_client_secret: SecretStr | None = Field(None, description="Its secret, where it has no private key.")
    oidc_private_key: Path | None = Field(None, description="PEM file of its private key, for private_key_jwt.")
    oidc_mapping: Path | None = Field(None, description="File that maps claims to roles in the programme.")
    oidc_organisation_claim: str | None = Field(
        None,
        description="Claim with the code of the organisation that somebody works for, or a list of such codes. "
        "Roles of other organisations end. Without it the provider says nothing of organisations.",
    )
    oidc_check_minutes: int = Field(
        60,
        gt=0,
        description="Minutes after which the provider is asked again, without troubling its person, what is so of "
        "them. After twice as long without an answer, sessions by it and roles from claims let nobody in.",
    )

    max_upload_bytes: int = Field(100 * 2**20, gt=0, description="A larger file is refused at the door.")
    validation_memory_bytes: int = Field(3 * 2**30, gt=0, description="Address space of a validation child.")
    validation_seconds: int = Field(300, gt=0, description="Time after which a validation child is ended.")
    scanner: str | None = Field(
        None,
        pattern=r"^(/.+|.+:\d+)$",
        description="clamd: the path of its socket, or host:port. Without it files are not scanned.",
    )
    scanner_seconds: int = Field(60, gt=0, description="Time within which the scanner must answer about one file.")
    scanner_max_bytes: int = Field(
        100 * 2**20, gt=0, description="Largest file sent to the scanner, its StreamMaxLength."
    )
    bank_holidays: str = Field(
        "",
        description="Bank holidays of one year alone that the calendar does not hold: '2027-05-10 Coronation; ...'.",
    )
    lease_seconds: int = Field(120, gt=0, description="How long claimed work stays claimed without renewal.")
    link_days: int = Field(14, gt=0, description="Days for which a one-time sign-in link can be used.")
    session_hours: int = Field(12, gt=0, description="Hours for which a signed-in browser stays signed in.")
    notify_key: SecretStr | None = Field(None, description="API key of GOV.UK Notify, by which notices are sent.")
    notify_template: str | None = Field(
        None, description="Id of the email template in GOV.UK Notify whose fields are ((subject)) and ((body))."
    )
    notify_url: str = Field("https://api.notifications.service.gov.uk", description="Address of GOV.UK Notify.")
    notify_callback_token: SecretStr | None = Field(
        None, description="Bearer token with which GOV.UK Notify reports deliveries. Without it there is no such door."
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="Mail server that sends notices: smtps://user:password@host:465, or smtp://... with STARTTLS.",
    )
    mail_from: str | None = Field(None, description="Address from which notices come by SMTP.")
    contact_address: str | None = Field(
        None, description="Email address at which people reach whoever runs the service; its pages show it."
    )
    operator_address: str | None = Field(
        None, description="Email address of the operator. Without it the operator's notices stay in the outbox."
    )
    retention_file: Path | None = Field(
        None,
        description="File with retention periods of your own, over the themes'. docs/retention.md has one.",
    )
    destruction_key_file: Path | None = Field(
        None,
        description="File with the store's key that destroys, as JSON. Only where retain runs; without it none can.",
    )
    unasked_hours: int = Field(
        24,
        ge=1,
        description="Hours for which a file is kept as it came, if it came with columns or sheets not asked for.",
    )
    backups_folder: Path | None = Field(
        None,
        description="Folder in which backups lie, each in a folder of its own. The daily run takes the keys of what "
        "was destroyed out of them, and a certificate says which it reached. Without it no backup is reached.",
    )
    networks: str = Field(
        "",
        description="Networks that people work from, each a name and its blocks of addresses: "
        "Ofsted=203.0.113.0/24 198.51.100.0/24;CQC=192.0.2.0/24. The data protection officer sees for 30 days from "
        "which of them data about children was read. Without it that is not kept, and an address never is.",
    )
    idle_minutes: int = Field(30, gt=0, description="Minutes without a page after which a session ends.")

    @field_validator("bank_holidays")
    @classmethod
    def _days_and_names(cls, text: str) -> str:
        one_off_holidays(text)
        return text

    @property
    def store_is_open_to_browsers(self) -> bool:
        """Whether a sender's browser can put files into the store: not where only we know who vouches for it."""
        return self.s3_public_url is not None or self.s3_ca_file is None

    @property
    def themes_folder(self) -> Path:
        """Folder in which themes of one's own are looked for; it need not exist."""
        return self.themes or self.state / "themes"

    @property
    def owner_url_file(self) -> Path:
        """File of the embedded stack with the address of the owner of the tables; no program reads it but a restore."""
        return self.state / "owner.url"

    def owner_url(self) -> str | None:
        """Return by which address the owner of the tables reaches the ledger: as given, or of the embedded stack."""
        if self.database_owner_url:
            return self.database_owner_url.get_secret_value()
        return self.owner_url_file.read_text() if self.owner_url_file.exists() else None

    @property
    def env_file(self) -> Path:
        """File in the state folder that names the parts of the running embedded stack."""
        return self.state / ENV_FILE

    def at_portal(self, path: str) -> str:
        """Return the address of a page of the portal for a sentence, which says `the portal` where none is set."""
        return f"{self.portal_url or 'the portal'}{path}"

    def required(self, name: str) -> str:
        """Return a setting's text, or say which one is missing.

        Raises:
            MissingSettingError: the setting is empty.
        """
        value = getattr(self, name)
        if value is None:
            raise MissingSettingError(name)
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


class MissingSettingError(OperatorError):
    """A part that the caller needs has no address; the message says which setting to give."""

    passes = True

    def __init__(self, name: str) -> None:
        super().__init__(
            f"JTAI_{name.upper()} is not set and no running stack was found. "
            "Start one with `make up`, or set it to reach your own."
        )


@lru_cache
def settings() -> Settings:
    """Read the settings once: environment first, then the state folder's `stack.env`."""
    state = _Where().state
    return Settings(_env_file=state / ENV_FILE, state=state)


def reread() -> None:
    """Read the settings anew when they are next asked for, since the environment names other parts now."""
    settings.cache_clear()


def once_for_settings(make: Callable[[Settings], Client]) -> Callable[[], Client]:
    """Make a client once for the settings in force; settings that were read anew get a client of their own."""
    made: dict[str, tuple[Settings, Client]] = {}

    @wraps(make)
    def client() -> Client:
        current, latest = settings(), made.get("latest")
        # Compared by identity: a client also follows variables that are not ours, as those of AWS.
        if latest is None or latest[0] is not current:
            latest = made["latest"] = (current, make(current))
        return latest[1]

    return client
