"""三单: 居民点单 → 支部下单 → 党员接单 → 完成 → 评单; errands and wishes alike. A light kind of the same register.

`workflow.py` is the table of moves, `actions.py` the verbs, `sweep.py` sends back what nobody took.
"""
