"""What makes a function of an actions.py a verb."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pghistory
from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")


def verb(function: Callable[P, R]) -> Callable[P, R]:
    """One transaction; the history of every row it changes keeps the verb's name and the person `by`.

    `by` None stands for the installation itself (seeding, commands). Verbs take keyword arguments only.
    """

    @wraps(function)
    def acted(*none: P.args, **given: P.kwargs) -> R:
        by: Any = given["by"]
        with transaction.atomic(), pghistory.context(verb=function.__name__, by=by.pk if by else None):
            return function(*none, **given)

    return acted
