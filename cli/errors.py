"""Turns whatever a command raised into the one sentence that a person reads."""


def sentence_for(error: Exception) -> str:
    """Return one line for `error`: our own errors speak for themselves, others are named without their content.

    The text of a foreign exception may quote data, so only its kind is shown (L5).
    """
    if type(error).__module__.split(".")[0] in {"models", "validation", "tasks", "cli", "flows", "deployments"}:
        return str(error)
    if isinstance(error, FileNotFoundError | IsADirectoryError | PermissionError):
        return f"{error.filename}: {error.strerror}."
    if type(error).__module__.split(".")[0] in {"httpx", "psycopg", "sqlalchemy", "botocore"}:
        return "A server that this command needs does not answer. Run `make up`, or check the JTAI_* settings."
    return f"An internal fault ({type(error).__name__}); it is ours, not yours. Nothing was changed by this command."
