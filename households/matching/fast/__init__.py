"""A county without walls between branches by OR-Tools and numpy, where they are installed (requirements-fast.txt): the
same answer with the same proof, sooner. Only this file may be imported where they are not.
"""

from importlib.util import find_spec


class NotInstalledError(RuntimeError):
    """The fast engine was asked for by name and is not there."""


def installed() -> bool:
    return find_spec("ortools") is not None and find_spec("numpy") is not None
