"""Pages of the second step: giving the code at the login, setting it up, backup codes, giving it up."""

from collections.abc import Callable

import segno
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.errors import Refused
from accounts.models import SecondStep, User
from accounts.privacy import Mask, mask
from accounts.second_step import actions, codes
from grids.scope import Scope
from surfaces.doors import Visitor, address, show, signed_in
from surfaces.sign_in import enter, half_in
from workdays.now import real_now


class CodeForm(forms.Form):
    """`backup`: a code on paper will do as well."""

    use_required_attribute = False
    code = forms.CharField(
        label="动态口令",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )


class EitherCodeForm(CodeForm):
    code = forms.CharField(
        label="动态口令或备用码",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "off", "autofocus": True}),
    )


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def at_login(request: HttpRequest) -> HttpResponse:
    """After the first step, a code. Whoever took too long begins again."""
    waiting = half_in(request)
    user = User.objects.filter(pk=waiting.user, is_active=True).first() if waiting else None
    if waiting is None or user is None:
        return redirect("home" if request.user.is_authenticated else "login")
    form = EitherCodeForm(request.POST or None)
    if _checked(request, form, user):
        return enter(request, user, f"{waiting.way}和动态口令", waiting.onward)
    return _page(request, "accounts/login_code.html", form)


def _checked(request: HttpRequest, form: CodeForm, user: User) -> bool:
    """Was a right code sent? What is wrong with it stands in the form."""
    if not form.is_valid():
        return False
    try:
        right = actions.check(
            user=user, code=form.cleaned_data["code"], by=user, at=real_now(), address=address(request)
        )
    except Refused as refused:
        show(refused, form)
        return False
    if not right:
        form.add_error("code", "口令不对或已经用过，请输入新的口令；手机时间要准。")
    return right


def _page(request: HttpRequest, template: str, form: forms.Form, **known: object) -> HttpResponse:
    return render(request, template, {"form": form, **known}, status=422 if form.errors else 200)


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def set_up(request: Visitor) -> HttpResponse:
    """Why, then the QR code, then the first code off the phone; the backup codes are in the answer to that."""
    user = request.user
    row = SecondStep.objects.filter(user=user).first()
    if row and row.confirmed_at:
        return redirect("security")
    if request.method == "POST" and "begin" in request.POST:
        actions.begin(user=user, by=user, at=real_now())
        return redirect("second_step")
    if row is None:
        demanded = actions.demanded(Scope.of(user).roles)
        return render(request, "accounts/second_step.html", {"demanded": demanded})
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            made = actions.confirm(
                user=user, code=form.cleaned_data["code"], by=user, at=real_now(), address=address(request)
            )
        except Refused as refused:
            show(refused, form)
        else:
            return render(request, "accounts/backup_codes.html", {"codes": made, "begun": True})
    return _page(request, "accounts/second_step.html", form, secret=codes.in_fours(row.secret), qr=_qr(row, user))


def _qr(row: SecondStep, user: User) -> str:
    label = mask(user.phone, Mask.PHONE)
    return segno.make(codes.address(row.secret, label)).svg_data_uri(scale=5, border=2)


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def renew_codes(request: Visitor) -> HttpResponse:
    """New backup codes for a code."""

    def do() -> HttpResponse:
        user = request.user
        made = actions.renew_codes(user=user, by=user, at=real_now(), address=address(request))
        return render(request, "accounts/backup_codes.html", {"codes": made})

    return _for_a_code(request, "换新备用码", "原来的备用码马上作废，新的10个只显示一次。", do)


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def leave(request: Visitor) -> HttpResponse:
    """Gives the second step up, for a code; not where it is demanded."""

    def do() -> HttpResponse:
        user = request.user
        actions.leave(user=user, roles=Scope.of(user).roles, by=user, at=real_now(), address=address(request))
        messages.success(request, "动态口令已停用，以后登录只用密码。")
        return redirect("security")

    return _for_a_code(request, "停用动态口令", "停用后，登录只用密码。换手机也先停用，再重新设置。", do)


def _for_a_code(request: Visitor, title: str, hint: str, do: Callable[[], HttpResponse]) -> HttpResponse:
    if not actions.enrolled(request.user):
        return redirect("security")
    form = EitherCodeForm(request.POST or None)
    if _checked(request, form, request.user):
        try:
            return do()
        except Refused as refused:
            show(refused, form)
    return _page(request, "accounts/for_a_code.html", form, title=title, hint=hint)
