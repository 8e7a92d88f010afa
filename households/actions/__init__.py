"""Verbs on households (household.py, correcting.py), pairings (pairing.py), typed contacts (contact.py) and what life
brings after (life.py); those on rounds are in households/rounds."""

from households.actions.contact import hand_over_contact, pair_contact
from households.actions.correcting import Stale, correct_household, stamp
from households.actions.household import add_tag, close_household, move_household, register_household, remove_tag
from households.actions.life import hand_over_many, resident_left, split_household
from households.actions.pairing import end_pairing, hand_over, pair
from households.models import LIAISON

__all__ = [
    "LIAISON",
    "Stale",
    "add_tag",
    "close_household",
    "correct_household",
    "end_pairing",
    "hand_over",
    "hand_over_contact",
    "hand_over_many",
    "move_household",
    "pair",
    "pair_contact",
    "register_household",
    "remove_tag",
    "resident_left",
    "split_household",
    "stamp",
]
