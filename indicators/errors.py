"""The root of every error this program raises on purpose, and those of the catalogue.

Errors are for the program; what is wrong with somebody's data is a Finding. Each message is Chinese and says
what happened, where, what state is left and what to do next; `exit_code` is the one of the command line's contract.
"""


class ZhibiaoError(Exception):
    """Something the person at the keyboard can act on; `str(error)` is a whole Chinese sentence for them."""

    exit_code = 6


class UsageError(ZhibiaoError):
    """What was asked for does not exist or does not fit together."""

    exit_code = 2


class CatalogueError(ZhibiaoError):
    """The catalogue has mistakes; `mistakes` names file, line and mistake of each."""

    exit_code = 5

    def __init__(self, message: str, mistakes: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.mistakes = mistakes
