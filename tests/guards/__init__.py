"""Guards, taken away one by one: the test of each attack must then fail, or it would not notice the attack."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard of the product, and the test that tries what it prevents.

    Attributes:
        name: what it holds.
        file: where it is.
        text: the guard, which stands once in the file.
        without: what stands there once it is taken away.
        test: the test that then fails.
    """

    name: str
    file: str
    text: str
    without: str
    test: str

    def take_away(self, source: str) -> str:
        """Return the text of the file without the guard.

        Raises:
            MovedGuardError: the guard does not stand there once.
        """
        if source.count(self.text) != 1:
            raise MovedGuardError(self)
        return source.replace(self.text, self.without)


class MovedGuardError(Exception):
    """The table speaks of a guard that is no longer written so."""

    def __init__(self, guard: Guard) -> None:
        super().__init__(f"{guard.name!r} does not stand once in {guard.file}; change its line in tests/guards/")
