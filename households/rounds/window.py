"""When wishes are taken."""

from datetime import date

from households.models import ChoiceRound, RoundStatus


def closed_because(round: ChoiceRound, on: date) -> str | None:
    """Why no wishes are taken on the day, or None."""
    if round.status != RoundStatus.WISHING:
        return f"“{round}”现在是“{round.get_status_display()}”，不再收志愿。"
    if on < round.wishes_from:
        return f"“{round}”从{round.wishes_from}起收志愿，还没开始。"
    if on > round.wishes_until:
        return f"“{round}”的志愿征集已于{round.wishes_until}截止；确需补填的，请支部先延长征集日期。"
    return None
