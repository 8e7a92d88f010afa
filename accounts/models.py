"""People who log in, and the log of who looked at whose data."""

from typing import ClassVar

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from accounts import crypto, normal
from accounts.fields import EncryptedField
from accounts.pinyin import initials
from accounts.privacy import Mask


class UserManager(BaseUserManager["User"]):
    def create_user(self, phone: str, name: str, password: str | None = None, **extra: object) -> "User":
        """A new user with a normalised phone. No password means the account cannot log in yet."""
        user = self.model(name=name, initials=initials(name), **extra)
        user.set_phone(phone)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The login form gives a phone number; sessions give the stored index."""
        typed = username or ""
        found = self.filter(phone_index=crypto.blind_index(normal.phone(typed))).first() if typed else None
        return found or self.get(phone_index=typed)


class User(AbstractBaseUser):
    """Somebody who may log in. What they may do hangs on their postings, not on this row."""

    PERSONAL: ClassVar = {
        "name": Mask.NAME,
        "initials": Mask.KEYED,
        "phone": Mask.PHONE,
        "phone_index": Mask.KEYED,
        "phone_tail": Mask.KEYED,
        "password": Mask.KEYED,
    }

    class TextSize(models.TextChoices):
        """适老化, on the phone: 18, 22, 26 and 30 pixels."""

        STANDARD = "", "标准"
        LARGE = "large", "大"
        LARGER = "larger", "特大"
        LARGEST = "largest", "超大"

    PLAIN = "id last_login is_active must_change text_size created_at demo"

    name = models.CharField("姓名", max_length=30)
    initials = models.CharField(max_length=30, blank=True)
    phone = EncryptedField("手机")
    phone_index = models.CharField(max_length=32, unique=True)
    phone_tail = models.CharField(max_length=4, db_index=True)
    is_active = models.BooleanField("可登录", default=True)
    must_change = models.BooleanField("首次登录须改密码", default=False)
    text_size = models.CharField(
        "文字大小", max_length=7, choices=TextSize.choices, blank=True, default="", db_default=""
    )
    demo = models.BooleanField("演示", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "phone_index"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return self.name

    def set_phone(self, phone: str) -> None:
        """Keeps the ciphertext, its blind index and its last four digits together."""
        self.phone = normal.phone(phone)
        self.phone_index = crypto.blind_index(self.phone)
        self.phone_tail = self.phone[-4:]


class SavedFilter(models.Model):
    """A choice of rows that a person comes back to: the query of one list under a name. Only they see it."""

    PERSONAL: ClassVar = {"query": Mask.TEXT}
    PLAIN = "id user page name saved_at"

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_filters")
    page = models.SlugField(max_length=20)
    name = models.CharField("名称", max_length=20)
    query = models.CharField(max_length=500)
    saved_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "page", "name"], name="savedfilter_once")]

    def __str__(self) -> str:
        return self.name


class GuideAway(models.Model):
    """A person has read the guide of a first visit and put it away; without the row their home page shows it."""

    PLAIN = "id user guide at"

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    guide = models.SlugField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "guide"], name="guideaway_once")]

    def __str__(self) -> str:
        return self.guide


class Arrival(models.Model):
    """A form that has arrived, from a page or out of a phone's queue: the same key again is answered with where the
    first led to. Pages without an account have no user."""

    PLAIN = "id user key at led_to"

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    key = models.UUIDField()
    at = models.DateTimeField(db_index=True)
    led_to = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="arrival_once"),
            models.UniqueConstraint(fields=["key"], condition=models.Q(user=None), name="arrival_once_open"),
        ]

    def __str__(self) -> str:
        return str(self.key)


class AccessLog(models.Model):
    """One row per reading of a full personal value, per search by a personal number, per export, and per step of
    signing in: what succeeded, failed or changed about how a person signs in. Append-only; kept three years."""

    PLAIN = "id at user action target target_id field reason address"

    class Action(models.TextChoices):
        REVEAL = "reveal", "查看完整信息"
        SEARCH = "search", "按号码查找"
        EXPORT = "export", "导出"
        LOGIN = "login", "登录"
        FAILURE = "failure", "登录失败"
        LOGOUT = "logout", "退出"
        SESSION = "session", "结束登录"
        PASSWORD = "password", "修改密码"
        SECOND_STEP = "totp", "动态口令"
        IDENTITY = "identity", "绑定账号"
        ACCOUNT = "account", "管理账号"

    at = models.DateTimeField("时间")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="谁")
    action = models.CharField("做了什么", max_length=10, choices=Action.choices)
    target = models.CharField("对象", max_length=40, blank=True)
    target_id = models.BigIntegerField(null=True)
    field = models.CharField("字段", max_length=30, blank=True)
    reason = models.CharField("事由", max_length=200, blank=True)
    address = models.GenericIPAddressField("来源地址", null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="accesslog_at"),
            models.Index(fields=["user", "-at"], name="accesslog_user_at"),
            models.Index(fields=["target", "target_id"], name="accesslog_target"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="accesslog_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class Session(AbstractBaseSession):
    """Django's session with whose it is, from where and since when, so that a person sees and ends their own.

    `accounts.sessions` writes the columns from the session's data; the row is the session: without it nobody is in.
    """

    PERSONAL: ClassVar = {"session_key": Mask.KEYED, "session_data": Mask.KEYED}
    PLAIN = "expire_date user since seen_at address device"

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    since = models.DateTimeField("登录时间", null=True)
    seen_at = models.DateTimeField("最近使用", null=True)
    address = models.GenericIPAddressField("来源地址", null=True)
    device = models.CharField("设备", max_length=30, blank=True)

    @classmethod
    def get_session_store_class(cls) -> type:
        from accounts.sessions import SessionStore

        return SessionStore


class SecondStep(models.Model):
    """动态口令: the secret a person's authenticator shares with us (TOTP, RFC 6238). In force once confirmed.

    `last_step` is the time step of the last code that was taken, so that no code serves twice.
    """

    PERSONAL: ClassVar = {"secret": Mask.KEYED}
    PLAIN = "id user begun_at confirmed_at last_step wrong paused_until"

    user = models.OneToOneField(User, models.CASCADE, related_name="second_step")
    secret = EncryptedField()
    begun_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    wrong = models.PositiveSmallIntegerField(default=0)
    paused_until = models.DateTimeField(null=True)


class BackupCode(models.Model):
    """One of ten codes for the day the phone is lost. Only a keyed digest is kept; each serves once."""

    PERSONAL: ClassVar = {"digest": Mask.KEYED}
    PLAIN = "id user used_at"

    user = models.ForeignKey(User, models.CASCADE, related_name="backup_codes")
    digest = models.CharField(max_length=32)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "digest"], name="backupcode_once")]


class Identity(models.Model):
    """The account at a provider (企业微信, 政务钉钉) that signs this person in. Of the outer account only a digest."""

    PERSONAL: ClassVar = {"subject_index": Mask.KEYED}
    PLAIN = "id user provider linked_at"

    user = models.ForeignKey(User, models.CASCADE, related_name="identities")
    provider = models.CharField(max_length=10)
    subject_index = models.CharField(max_length=32)
    linked_at = models.DateTimeField("绑定时间")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "subject_index"], name="identity_one_account"),
            models.UniqueConstraint(fields=["user", "provider"], name="identity_one_each"),
        ]
