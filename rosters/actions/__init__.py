"""The verbs of the rosters."""

from rosters.actions.logs import write_log
from rosters.actions.portraits import drop_portrait, show_portrait
from rosters.actions.rotas import change_rota, close_rota, open_rota, set_turns
from rosters.actions.shifts import assign, cancel_shift, vacate
from rosters.actions.swaps import agree, ask_swap, decline, withdraw

__all__ = [
    "agree",
    "ask_swap",
    "assign",
    "cancel_shift",
    "change_rota",
    "close_rota",
    "decline",
    "drop_portrait",
    "open_rota",
    "set_turns",
    "show_portrait",
    "vacate",
    "withdraw",
    "write_log",
]
