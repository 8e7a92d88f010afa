"""Verbs on choice rounds, in the order a round goes: opening.py, wishing.py, seating.py, proposing.py, ruling.py,
ending.py, taking_effect.py."""

from households.rounds.actions.ending import adopt, publish, reconsider
from households.rounds.actions.opening import cancel_round, open_round, open_rounds, set_window
from households.rounds.actions.proposing import propose, propose_all, remind, set_weights
from households.rounds.actions.ruling import Effect, comment, rule, swap, undo
from households.rounds.actions.seating import borrow, excuse, refresh, set_places, take_in
from households.rounds.actions.taking_effect import InForce, put_in_force
from households.rounds.actions.wishing import declare_tie, drop_tie, wish_as_household, wish_as_member

__all__ = [
    "Effect",
    "InForce",
    "adopt",
    "borrow",
    "cancel_round",
    "comment",
    "declare_tie",
    "drop_tie",
    "excuse",
    "open_round",
    "open_rounds",
    "propose",
    "propose_all",
    "publish",
    "put_in_force",
    "reconsider",
    "refresh",
    "remind",
    "rule",
    "set_places",
    "set_weights",
    "set_window",
    "swap",
    "take_in",
    "undo",
    "wish_as_household",
    "wish_as_member",
]
