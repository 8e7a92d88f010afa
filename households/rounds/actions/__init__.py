"""Verbs on choice rounds, in the order a round goes: opening, wishing."""

from households.rounds.actions.opening import cancel_round, open_round, open_rounds, set_window
from households.rounds.actions.wishing import declare_tie, drop_tie, wish_as_household, wish_as_member

__all__ = [
    "cancel_round",
    "declare_tie",
    "drop_tie",
    "open_round",
    "open_rounds",
    "set_window",
    "wish_as_household",
    "wish_as_member",
]
