"""What a proposal comes to: coverage, who has too few or too many, and what would make the impossible possible."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Sum

from grids.models import Grid
from households.matching import Solution
from households.models import ChoiceRound, Household, RoundMember
from households.rounds.area import branches_in, of_branch
from members.models import Member, PartyOrg

NEIGHBOURS = 3


def figures(round: ChoiceRound, solution: Solution, by_duty: Mapping[int, int]) -> dict[str, Any]:
    """As the run keeps them; ids only, no names."""
    lacking = sum(shortage.lacks for shortage in solution.shortages)
    beyond = sum(overload.beyond for overload in solution.overloads)
    return {
        "households": len(solution.problem.homes) + len(by_duty),
        "covered": len(solution.pairs) + len(by_duty),
        "uncovered": solution.unlinked,
        "members": len(solution.problem.helpers),
        "under": [{"member": shortage.helper, "lacks": shortage.lacks} for shortage in solution.shortages],
        "over": [{"member": overload.helper, "beyond": overload.beyond} for overload in solution.overloads],
        "lacks": lacking,
        "beyond": beyond,
        "mutual_promised": solution.mutual_promised,
        "mutual_kept": solution.mutual_kept,
        **_wishes(solution),
    }


def _wishes(solution: Solution) -> dict[str, int]:
    """Of the households that wished, how many got a member they wished for, and how many their first."""
    ranks: dict[int, dict[int, int]] = {}
    for tie in solution.problem.ties:
        if tie.home_rank:
            ranks.setdefault(tie.home, {})[tie.helper] = tie.home_rank
    got = [wished.get(solution.pairs.get(home, 0), 0) for home, wished in ranks.items()]
    return {"wished": len(ranks), "wish_met": sum(rank > 0 for rank in got), "first_met": got.count(1)}


def advice(round: ChoiceRound, told: Mapping[str, Any]) -> list[str]:
    """One sentence for each thing that is impossible, naming what would make it possible."""
    where = str(round.branch or round.grid)
    found = []
    if told["beyond"]:
        ways = [f"调高上限（合计再加{told['beyond']}户）", *_fewer_exempt(round), *_borrow(round)]
        found.append(f"{where}缺{told['beyond']}个名额，可以：{'；'.join(ways)}。")
    if told["lacks"]:
        found.append(
            f"{where}有{len(told['under'])}名党员不足下限，合计差{told['lacks']}户：户数不够分，"
            "可以调低他们的下限，或安排到邻近支部帮联。"
        )
    if told["uncovered"]:
        found.append(f"有{len(told['uncovered'])}户没有可选的党员，请撤回一些排除，或用“兜底包联”逐户落实。")
    return found


def _fewer_exempt(round: ChoiceRound) -> Iterable[str]:
    exempt = RoundMember.objects.filter(round=round).exclude(exempt="").count()
    return [f"少免几人（现有{exempt}人免联）"] if exempt else []


def _borrow(round: ChoiceRound) -> Iterable[str]:
    room = [f"{branch}（约余{free}个）" for branch, free in neighbours_with_room(round)]
    return [f"向邻近支部借：{'、'.join(room)}"] if room else ["向邻近支部借党员"]


def neighbours_with_room(round: ChoiceRound) -> list[tuple[PartyOrg, int]]:
    """Other branches of the town (of the county, for a town) whose members could take more than their own
    households, the roomiest first."""
    above = round.town_id if round.branch_id or round.reach == ChoiceRound.Reach.VILLAGE else round.county_id
    if not above or round.reach == ChoiceRound.Reach.COUNTY:
        return []
    others = branches_in(Grid.objects.get(pk=above)).exclude(pk=round.branch_id or 0)
    if not round.branch_id:
        others = others.exclude(**{f"{round.reach}_id": round.grid_id})
    found = [(branch, _room(branch, round)) for branch in others]
    return sorted(((branch, free) for branch, free in found if free > 0), key=lambda one: -one[1])[:NEIGHBOURS]


def _room(branch: PartyOrg, round: ChoiceRound) -> int:
    able = Member.objects.filter(branch=branch).available(round.status_since.date())
    most: int = able.aggregate(sum=Sum("capacity_max"))["sum"] or 0
    return most - Household.objects.living().filter(of_branch(branch)).count()
