"""动态口令: an authenticator's codes and codes on paper, each once, and not too many tries."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from accounts.errors import Refused
from accounts.models import AccessLog, BackupCode, SecondStep, User
from accounts.roles import Role, check_second_step_roles
from accounts.second_step import actions, codes

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 27, 6, 0, 15, tzinfo=UTC)
STEP = timedelta(seconds=codes.STEP_SECONDS)


@pytest.fixture
def user():
    return User.objects.create_user("13800138000", "黄大荣")


@pytest.fixture
def paper(user):
    """The second step in force since an hour ago; the backup codes."""
    before = AT - timedelta(hours=1)
    row = actions.begin(user=user, by=user, at=before)
    return actions.confirm(user=user, code=shown(user, before), by=user, at=before) if row else []


def shown(user, at):
    """What the person's phone shows."""
    return codes.code_of(SecondStep.objects.get(user=user).secret, codes.step_of(at))


def check(user, code, at=AT):
    return actions.check(user=user, code=code, by=user, at=at)


def reasons(user):
    return list(AccessLog.objects.filter(user=user).order_by("id").values_list("action", "reason"))


def test_codes_are_those_of_the_standard():
    """RFC 6238, appendix B (SHA-1): the last six of its eight digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # base32 of 12345678901234567890
    vectors = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}
    for seconds, code in vectors.items():
        assert codes.code_of(secret, codes.step_of(datetime.fromtimestamp(seconds, UTC))) == code


def test_the_qr_code_names_us_and_hides_the_phone_number():
    said = codes.address("ABCD", "138****8000")
    assert said.startswith("otpauth://totp/%E8%81%94%E6%88%B7%E9%80%9A%3A138%2A%2A%2A%2A8000?secret=ABCD&issuer=")


def test_it_is_in_force_only_after_a_right_code(user):
    row = actions.begin(user=user, by=user, at=AT)
    assert not actions.enrolled(user)
    assert actions.begin(user=user, by=user, at=AT).secret == row.secret, "a reload shows the same secret"
    with pytest.raises(Refused, match="动态口令不对"):
        actions.confirm(user=user, code=shown(user, AT + 5 * STEP), by=user, at=AT)
    made = actions.confirm(user=user, code=shown(user, AT), by=user, at=AT)
    assert actions.enrolled(user)
    assert len(set(made)) == 10
    assert reasons(user) == [("totp", "开启动态口令")]
    with pytest.raises(Refused, match="从头开始"):
        actions.confirm(user=user, code=shown(user, AT), by=user, at=AT)
    with pytest.raises(Refused, match="已经设置好了"):
        actions.begin(user=user, by=user, at=AT)


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_one_step_off(user, paper, steps, right):
    assert check(user, shown(user, AT + steps * STEP)) == right


def test_no_code_serves_twice_nor_an_older_one_after_it(user, paper):
    code = shown(user, AT)
    assert check(user, code)
    assert not check(user, code)
    assert not check(user, shown(user, AT - STEP))
    assert check(user, shown(user, AT + STEP), AT + STEP)


def test_the_code_that_opened_it_does_not_serve_for_a_login(user):
    actions.begin(user=user, by=user, at=AT)
    actions.confirm(user=user, code=shown(user, AT), by=user, at=AT)
    assert not check(user, shown(user, AT))


@pytest.mark.parametrize("typed", [str.upper, lambda code: code.replace("-", ""), lambda code: f" {code} "])
def test_a_backup_code_serves_once_however_it_is_typed(user, paper, typed):
    assert check(user, typed(paper[0]))
    assert not check(user, paper[0])
    assert check(user, paper[1])
    assert ("totp", "使用备用码，还剩9个") in reasons(user)


def test_backup_codes_of_somebody_else_do_not_serve(user, paper):
    other = User.objects.create_user("13800138001", "温小明")
    actions.begin(user=other, by=other, at=AT)
    actions.confirm(user=other, code=shown(other, AT), by=other, at=AT)
    assert not check(other, paper[0], AT + 3 * STEP)


def test_new_backup_codes_void_the_old(user, paper):
    made = actions.renew_codes(user=user, by=user, at=AT)
    assert not check(user, paper[0])
    assert check(user, made[0])


def test_after_five_wrong_codes_even_a_right_one_waits(user, paper):
    for _ in range(actions.TRIES):
        assert not check(user, "000000")
    with pytest.raises(Refused, match="请15分钟后再试"):
        check(user, shown(user, AT))
    later = AT + actions.PAUSE
    assert check(user, shown(user, later), later)
    failures = [reason for action, reason in reasons(user) if action == "failure"]
    assert failures == ["动态口令不对"] * 4 + ["动态口令不对，已暂停"]


def test_a_right_code_forgives_the_wrong_ones_before(user, paper):
    for _ in range(actions.TRIES - 1):
        check(user, "000000")
    assert check(user, shown(user, AT))
    assert not check(user, "000000")
    assert check(user, paper[0])


def test_neither_secret_nor_codes_are_in_the_database_in_clear(user, paper):
    secret = SecondStep.objects.get(user=user).secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_secondstep::text FROM accounts_secondstep")
        assert secret not in cursor.fetchone()[0]
    kept = set(BackupCode.objects.values_list("digest", flat=True))
    assert len(kept) == 10
    assert not kept & {codes.cleaned(code) for code in paper}


def test_a_person_may_give_it_up_unless_their_post_demands_it(user, paper, settings):
    settings.SECOND_STEP_ROLES = frozenset({"county_clerk"})
    with pytest.raises(Refused, match="必须使用动态口令"):
        actions.leave(user=user, roles={Role.COUNTY_CLERK}, by=user, at=AT)
    assert not actions.owed(user, {Role.COUNTY_CLERK})
    actions.leave(user=user, roles={Role.TOWN_CLERK}, by=user, at=AT)
    assert not actions.enrolled(user)
    assert not BackupCode.objects.exists()
    assert actions.owed(user, {Role.COUNTY_CLERK})
    assert not actions.owed(user, {Role.TOWN_CLERK})


def test_the_security_administrator_takes_it_away_with_a_reason(user, paper):
    admin = User.objects.create_user("13800138009", "安全员")
    with pytest.raises(Refused, match="请写明原因"):
        actions.reset(user=user, reason="丢", by=admin, at=AT)
    actions.reset(user=user, reason="手机掉进水里，当面核实过", by=admin, at=AT)
    assert not actions.enrolled(user)
    log = AccessLog.objects.get(user=admin)
    assert (log.action, log.target_id, log.reason) == ("totp", user.pk, "重置动态口令：手机掉进水里，当面核实过")
    with pytest.raises(Refused, match="没有设置动态口令"):
        actions.reset(user=user, reason="再来一次试试", by=admin, at=AT)
    with pytest.raises(Refused, match="不能重置自己的"):
        actions.reset(user=admin, reason="自己的手机丢了", by=admin, at=AT)


def test_a_role_that_is_none_stops_the_start(settings):
    settings.SECOND_STEP_ROLES = frozenset({"county_clerk", "boss"})
    with pytest.raises(ImproperlyConfigured, match="LIAISON_SECOND_STEP names boss; give roles"):
        check_second_step_roles()
