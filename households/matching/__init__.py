"""The matching engine: which party member takes on which household. No Django; see docs/adr and docs/glossary.md.

solution = solve(Problem(homes, helpers, ties))
sentence(explain(solution, home), names)
Board(problem, solution).pin(home, helper)
"""

from households.matching.board import Board, Change
from households.matching.problem import Contradiction, Helper, Home, Problem, Reach, Tie, Weights, Within, metres
from households.matching.reasons import Margin, Reason, Unmet, explain
from households.matching.solution import Balance, Overload, Shortage, Solution, blocking_mutual_pairs
from households.matching.solve import solve
from households.matching.words import sentence

__all__ = [
    "Balance",
    "Board",
    "Change",
    "Contradiction",
    "Helper",
    "Home",
    "Margin",
    "Overload",
    "Problem",
    "Reach",
    "Reason",
    "Shortage",
    "Solution",
    "Tie",
    "Unmet",
    "Weights",
    "Within",
    "blocking_mutual_pairs",
    "explain",
    "metres",
    "sentence",
    "solve",
]
