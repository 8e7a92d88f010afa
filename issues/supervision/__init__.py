"""Supervision orders 督办单 (domain.md §5 rule 9): `timing` says when, `issuing` writes, `sweep` finds what is due,
`answering` takes the answers.

The colour on an issue is the highest order given for its running clock. A new clock starts clean, be it for a new
level, a new round or a later due; only a matter that is overdue still when its clock goes on keeps its colour.
"""
