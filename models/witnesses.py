"""How somebody of an inspectorate countersigns an anchor."""

from enum import StrEnum


class WitnessWay(StrEnum):
    """By what a countersignature is held: a sign-in with us, or a key of their own, which we do not have."""

    SESSION = "session"
    ED25519 = "ed25519"
    MINISIGN = "minisign"
    SSH = "ssh"


WAY_LABELS = {
    WitnessWay.SESSION: "signed in",
    WitnessWay.ED25519: "a key of their own (Ed25519)",
    WitnessWay.MINISIGN: "a key of their own (minisign)",
    WitnessWay.SSH: "a key of their own (SSH)",
}
