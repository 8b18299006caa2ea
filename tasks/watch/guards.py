"""What does not stand between a sender's file and us here, in sentences for the operator."""

from tasks.returns import scanning
from validation.engine import isolation

NOT_SCANNED = "No file is scanned for malware. Set JTAI_SCANNER to the address of a clamd."


def lacking() -> list[str]:
    """Return a sentence for each guard that is off, or that the kernel of this machine does not allow."""
    sentences = [] if scanning.is_on() else [NOT_SCANNED]
    if missing := isolation.missing():
        sentences.append(f"The kernel of this machine does not let us open files {', '.join(missing)}.")
    return sentences
