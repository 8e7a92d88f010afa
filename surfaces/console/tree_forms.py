"""Forms that change the tree's shape. Each says as an Order what is to be done; the verbs know the rules."""

from datetime import date, timedelta
from typing import Any

from django import forms

from accounts.models import User
from accounts.privacy import mask, personal_fields
from accounts.roles import Permission
from grids.actions import Order
from grids.models import Grid, Kind, TreeChange
from grids.rules import BELOW_VILLAGE, PARENT_KINDS
from grids.scope import Scope
from households.models import Household
from members.models import Member
from surfaces.tasks import TaskForm, date_input, reason_input

Deed = TreeChange.Deed
LONGEST_BACK = timedelta(days=366)


class TreeForm(TaskForm):
    """`deed` and `hint` of a subclass say what it is; `why` whether a reason must be given."""

    deed: TreeChange.Deed
    hint = ""
    why = True
    on = forms.DateField(label="生效日期", widget=date_input(), help_text="以后的日期：到那天自动生效，之前可以取消")
    reason = forms.CharField(label="原因", max_length=200, widget=reason_input())

    def __init__(self, user: User, grid: Grid, day: date, **sent: Any) -> None:
        super().__init__(initial={"on": day}, **sent)
        self.user, self.grid, self.day = user, grid, day
        self.fields["reason"].required = self.why
        self.order_fields([name for name in self.fields if name not in ("on", "reason")])
        self.set_up()

    def set_up(self) -> None:
        """What depends on the grid."""

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on < self.day - LONGEST_BACK:
            raise forms.ValidationError("最早补登一年以内的变更。")
        return on

    def order(self) -> Order:
        return Order(self.deed, self.grid, **self.told())

    def told(self) -> dict[str, Any]:
        return {}

    def _offer(self, name: str, kinds: tuple[Kind, ...], besides: set[int | None]) -> None:
        """Grids of the county in which this person may edit."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        scope = Scope.of(self.user)
        mine = Grid.objects.in_force().filter(scope.grid_q(Permission.GRID_EDIT), county_id=self.grid.county_id)
        field.queryset = mine.filter(kind__in=kinds).exclude(pk__in=[pk for pk in besides if pk]).order_by("code")


class AddForm(TreeForm):
    deed = Deed.ADD
    why = False
    kind = forms.ChoiceField(label="层级", widget=forms.RadioSelect)
    name = forms.CharField(label="名称", max_length=30)
    code = forms.CharField(label="区划代码", max_length=33, required=False, help_text="村以下不填就自动编号")

    def set_up(self) -> None:
        from surfaces.console.grid_page import level_names

        names = level_names(self.grid)
        kinds = [kind for kind in Kind if Kind(self.grid.kind) in PARENT_KINDS[kind]]
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.value, names.get(kind, kind.label)) for kind in kinds]
        self.initial["kind"] = kinds[0] if kinds else None

    def told(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("kind", "name", "code")}


class NameForm(TreeForm):
    deed = Deed.RENAME
    hint = "代码不变，下级的全称跟着改。"
    why = False
    name = forms.CharField(label="名称", max_length=30)

    def set_up(self) -> None:
        self.initial["name"] = self.grid.name

    def told(self) -> dict[str, Any]:
        return {"name": self.cleaned_data["name"]}


class GridChoice(forms.ModelChoiceField):
    def label_from_instance(self, grid: Any) -> str:
        return str(grid.full_name)


def _choice(label: str) -> GridChoice:
    field = GridChoice(Grid.objects.none(), label=label, error_messages={"required": "请选择网格。"})
    field.widget.attrs["data-narrow"] = ""
    return field


class MoveForm(TreeForm):
    deed = Deed.MOVE
    hint = "下级网格、住户、未办结事项和岗位一起移过去；以前的走访和已办结的事项留在原来的地方。"
    other = _choice("移到哪个网格下面")

    def set_up(self) -> None:
        self._offer("other", PARENT_KINDS[Kind(self.grid.kind)], {self.grid.pk, self.grid.parent_id})

    def told(self) -> dict[str, Any]:
        return {"other": self.cleaned_data["other"]}


class MergeForm(TreeForm):
    deed = Deed.MERGE
    hint = "生效那天起本网格停用，下级网格、住户、未办结事项和岗位归到并入的网格；已有网格长的以对方为准。"
    other = _choice("并入哪个网格")

    def set_up(self) -> None:
        self._offer("other", (Kind(self.grid.kind),), {self.grid.pk})

    def told(self) -> dict[str, Any]:
        return {"other": self.cleaned_data["other"]}


class SplitForm(TreeForm):
    deed = Deed.SPLIT
    hint = "勾选拆出去的部分。结对、未办结事项和群众点单跟着住户走，岗位留在原网格，新网格的岗位另行任职。"
    name = forms.CharField(label="新网格名称", max_length=30)
    code = forms.CharField(label="新网格区划代码", max_length=33, required=False, help_text="村以下不填就自动编号")
    children = forms.MultipleChoiceField(label="拆出去的下级网格", widget=forms.CheckboxSelectMultiple)
    homes = forms.MultipleChoiceField(label="拆出去的住户", widget=forms.CheckboxSelectMultiple, required=False)
    members = forms.MultipleChoiceField(label="拆出去的党员", widget=forms.CheckboxSelectMultiple, required=False)

    def set_up(self) -> None:
        below = Grid.objects.in_force().filter(parent=self.grid).order_by("code")
        if below:
            del self.fields["homes"], self.fields["members"]
            self._list("children", [(grid.pk, f"{grid.name}（{grid.code[-3:]}）") for grid in below])
        else:
            del self.fields["children"]
            homes = Household.objects.living().filter(grid=self.grid).order_by("number")
            self._list("homes", [(home.pk, _household(home)) for home in homes])
            members = Member.objects.filter(grid=self.grid, left_on=None).order_by("number")
            self._list("members", [(member.pk, member.name) for member in members])
        self.fields["code"].required = Kind(self.grid.kind) not in BELOW_VILLAGE

    def _list(self, name: str, choices: list[tuple[int, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices
        if not choices:
            del self.fields[name]

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        rows = {"households.Household": given.get("homes"), "members.Member": given.get("members")}
        return {
            "name": given["name"],
            "code": given["code"],
            "children": [int(pk) for pk in given.get("children", ())],
            "rows": {label: [int(pk) for pk in picked] for label, picked in rows.items() if picked},
        }


def _household(home: Household) -> str:
    masks = personal_fields(Household)
    return f"{mask(home.head_name, masks['head_name'])}户 {home.number}"


class CloseForm(TreeForm):
    deed = Deed.CLOSE
    hint = "生效那天起停用，岗位一并结束。还有住户、人员或未办结事项的不能停用，请先移走或并入其他网格。"


FORMS: dict[str, type[TreeForm]] = {
    form.deed.value: form for form in (AddForm, NameForm, MoveForm, SplitForm, MergeForm, CloseForm)
}
TITLES = {
    Deed.ADD: "新增下级网格",
    Deed.RENAME: "改名",
    Deed.MOVE: "移动",
    Deed.SPLIT: "拆分",
    Deed.MERGE: "并入其他网格",
    Deed.CLOSE: "停用",
}
