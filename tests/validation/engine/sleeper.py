"""A child that does not end by itself."""

import time


def main() -> None:
    """Sleep until somebody ends this process."""
    time.sleep(120)
