"""Phone and address as they were found at the door."""

from collections.abc import Mapping

from accounts import normal
from accounts.crypto import blind_index
from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.verbs import verb
from households.actions.checks import locked_household
from households.models import Household


class Stale(Outrun):
    """Somebody else changed the same entries meanwhile: by name, what stands there now and what was given."""

    def __init__(self, both: Mapping[str, tuple[str, str]]) -> None:
        super().__init__("这一户的资料刚刚被别人改过，请核对后再保存。")
        self.both = both


def stamp(value: str) -> str:
    """What a form carries to say which value it was filled in over, without telling the value."""
    return blind_index(value) or "-"


@verb
def correct_household(
    *, household: Household, changes: Mapping[str, str], seen: Mapping[str, str], by: User | None
) -> None:
    """An entry that another person has changed since it was looked at (`seen`: its `stamp` of then) is not
    overwritten: Stale tells both values."""
    household = locked_household(household)
    given = {name: _corrected(name, text) for name, text in changes.items()}
    current = {name: str(getattr(household, name)) for name in given}
    both = {
        name: (current[name], value)
        for name, value in given.items()
        if value != current[name] and stamp(current[name]) != seen.get(name)
    }
    if both:
        raise Stale(both)
    if "phone" in given:
        given |= {"phone_index": blind_index(given["phone"]), "phone_tail": given["phone"][-4:]}
    if given:
        Household.objects.filter(pk=household.pk).update(**given)


def _corrected(name: str, text: str) -> str:
    if name == "address":
        return normal.half_width(text)
    number = normal.phone(text)
    fault = normal.phone_fault(number)
    if fault:
        raise Refused(f"{fault}。", field=name)
    return number
