"""Verbs on households (household.py) and on pairings (pairing.py); those on rounds are in households/rounds."""

from households.actions.household import add_tag, close_household, move_household, register_household, remove_tag
from households.actions.pairing import end_pairing, hand_over, pair
from households.models import LIAISON

__all__ = [
    "LIAISON",
    "add_tag",
    "close_household",
    "end_pairing",
    "hand_over",
    "move_household",
    "pair",
    "register_household",
    "remove_tag",
]
