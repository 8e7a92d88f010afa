"""The words of the register: states, categories, levels of hurry, ledgers, channels, kinds of clock."""

from django.db import models


class Status(models.TextChoices):
    COLLECTED = "collected", "待梳理"
    SOLVED_ON_SPOT = "solved_on_spot", "当场办结"
    MERGED = "merged", "并案"
    REGISTERED = "registered", "已挂号"
    ASSIGNED = "assigned", "已交办"
    PROCESSING = "processing", "办理中"
    ON_HOLD = "on_hold", "挂账"
    REPORTED = "reported", "待核查"
    CONFIRMING = "confirming", "待群众确认"
    PUBLICIZING = "publicizing", "公示中"
    CLOSED = "closed", "已销号"
    DECLINED = "declined", "不予受理"
    TRANSFERRED = "transferred", "已转出"
    VOIDED = "voided", "已作废"


ENDED = (
    Status.SOLVED_ON_SPOT,
    Status.MERGED,
    Status.CLOSED,
    Status.DECLINED,
    Status.TRANSFERRED,
    Status.VOIDED,
)
OPEN = (
    Status.REGISTERED,
    Status.ASSIGNED,
    Status.PROCESSING,
    Status.ON_HOLD,
    Status.REPORTED,
    Status.CONFIRMING,
    Status.PUBLICIZING,
)
"""In the register and not ended. `collected` waits before the register."""
IN_HAND = (Status.ASSIGNED, Status.PROCESSING, Status.ON_HOLD, Status.REPORTED, Status.CONFIRMING)
"""Exactly one responsible person (invariant I2)."""


STAGES = {
    Status.COLLECTED: "收集",
    Status.SOLVED_ON_SPOT: "收集",
    Status.REGISTERED: "挂号",
    Status.ASSIGNED: "督办",
    Status.PROCESSING: "督办",
    Status.ON_HOLD: "督办",
    Status.REPORTED: "督办",
    Status.CONFIRMING: "督办",
    Status.PUBLICIZING: "督办",
    Status.CLOSED: "销号",
}
"""收集 → 挂号 → 督办 → 销号. Merged, declined, transferred and voided stand outside."""


class Category(models.TextChoices):
    LIVELIHOOD = "livelihood", "生活保障"
    EMPLOYMENT = "employment", "劳动就业"
    PRODUCTION = "production", "生产经营"
    INFRASTRUCTURE = "infrastructure", "基础设施"
    DISPUTE = "dispute", "矛盾纠纷"
    OPINION = "opinion", "意见建议"


class Urgency(models.TextChoices):
    CRITICAL = "critical", "紧急"
    URGENT = "urgent", "急"
    NORMAL = "normal", "一般"
    HARD = "hard", "疑难"


class Grade(models.TextChoices):
    GENERAL = "general", "一般事项"
    MAJOR = "major", "重大事项"


class Ledger(models.TextChoices):
    PERSONAL = "personal", "个人台账"
    UNIT = "unit", "单位台账"
    COUNTY = "county", "县级台账"


class Colour(models.TextChoices):
    """How hard a supervision order presses, lightest first. What a county calls them is in its rules."""

    BLUE = "blue", "蓝色督办单"
    ORANGE = "orange", "橙色督办单"
    RED = "red", "红色督办单"


class Channel(models.TextChoices):
    VISIT = "visit", "入户走访"
    PUBLIC = "public", "群众扫码"
    DUTY = "duty", "值班接待"
    MEETING = "meeting", "会议"
    HOTLINE = "hotline", "热线"
    SERVICE = "service", "服务群众"
    SENTIMENT = "sentiment", "社情民意"
    PETITION = "petition", "信访事务"
    CITIZEN = "citizen", "市民直通车"
    RISK = "risk", "风险评估"
    INSPECTION = "inspection", "督查督办"


class ClockKind(models.TextChoices):
    TRIAGE = "triage", "梳理"
    ASSIGN = "assign", "交办"
    FIRST_CONTACT = "first_contact", "首次联系"
    HANDLE = "handle", "办理"
    VERIFY = "verify", "核查"
    CALLBACK = "callback", "回访"
    PUBLICITY = "publicity", "公示"
    REVIEW = "review", "挂账复核"


UNITS = [("hour", "小时"), ("workday", "个工作日")]
"""Hours run by nature, day and night; workdays count from the next working day and end at 18:00."""
