"""What a service day comes to, counted by itself, and the words that follow from it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from issues.models import Category, Issue, Status
from surfaces.words import day
from visits.models import ServiceSession
from visits.service.gathering import households_visited

HEARD = ("difficulty", "prosper", "dispute", "opinion")
"""The answers of 五必问 that somebody has to hear of."""


@dataclass(frozen=True)
class Figures:
    people: int
    households: int
    raised: int
    solved: int
    categories: tuple[tuple[str, int], ...]

    @property
    def matters(self) -> str:
        """3条（基础设施2条、意见建议1条）."""
        told = "、".join(f"{label}{count}条" for label, count in self.categories)
        return f"{self.raised}条{f'（{told}）' if told else ''}"


def matters_of(session: ServiceSession) -> QuerySet[Issue]:
    """What was raised on visits of the session."""
    return Issue.objects.filter(visit__session=session)


def figures(session: ServiceSession) -> Figures:
    raised = Counter(matters_of(session).values_list("category", flat=True))
    labels = dict(Category.choices)
    return Figures(
        people=session.attendances.count(),
        households=households_visited(session),
        raised=raised.total(),
        solved=matters_of(session).filter(status=Status.SOLVED_ON_SPOT).count(),
        categories=tuple((labels.get(category, "未分类"), count) for category, count in raised.most_common()),
    )


def answered(session: ServiceSession) -> int:
    """Visits on which somebody spoke of a difficulty, a wish, a dispute or an opinion."""
    return sum(any(getattr(visit, question) for question in HEARD) for visit in session.visits.only(*HEARD))


def feedback_draft(session: ServiceSession) -> str:
    """What is known already stands there; people add what else they heard."""
    found, answers = figures(session), answered(session)
    said = [f"登记诉求{found.matters}" if found.raised else "没有登记诉求"]
    said += [f"当场办结{found.solved}条"] if found.solved else []
    said += [f"走访中{answers}户谈到困难、意愿或意见，见走访记录"] if answers else []
    return f"{'，'.join(said)}。"


def notice_draft(found: Figures, on: date) -> str:
    said = [f"{day(on)}服务日，{found.people}名党员干部参加，走访{found.households}户"]
    said += [f"收集诉求{found.matters}"] if found.raised else []
    said += [f"当场办结{found.solved}条"] if found.solved else []
    rest = found.raised - found.solved
    return f"{'，'.join(said)}。{'其余按程序登记办理，结果另行公布。' if rest else ''}"
