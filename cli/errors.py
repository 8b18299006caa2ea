"""Turns whatever a command raised into the one sentence that a person reads."""

from models.refusals import OperatorError
from tasks.ground.faults import Turn, answer_to, in_words


def sentence_for(error: Exception) -> str:
    """Return one line for `error`; the text of a foreign exception may quote data, so only its kind is shown (L5)."""
    if isinstance(error, FileNotFoundError | IsADirectoryError | PermissionError) and error.filename:
        # The file is one that the person named at the command line.
        return f"{error.filename}: {error.strerror}."
    answer = answer_to(error)
    if answer.turn is Turn.AWAY and not isinstance(error, OperatorError):
        part = in_words(error)
        return f"{part[:1].upper()}{part[1:]}. Run `make up`, or check the JTAI_* settings."
    return answer.sentence
