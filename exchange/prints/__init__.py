"""What can be printed of pairing: rosters, cards, lists and notebooks, each a file of its own; `run` is how."""
