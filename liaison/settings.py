"""The one settings file. A bad value stops the start with a sentence that says how to mend it.

Environment (all optional on a developer's machine):
    DATABASE_URL, REDIS_URL   use these servers instead of the embedded ones
    LIAISON_HOME              where state lives (default ./var)
    LIAISON_SECRET            one secret of at least 32 characters; without it one is made in LIAISON_HOME
    LIAISON_DEBUG             1 shows Django's error pages; never in production
    LIAISON_HOSTS             comma separated host names (default: any, on a developer's machine)
    LIAISON_ORIGIN            address residents reach, printed in QR codes, e.g. https://lh.example.gov.cn
    LIAISON_SMS               how SMS leave: file (default; one per message under LIAISON_HOME/sms), console, aliyun
    LIAISON_ALIYUN_KEY, LIAISON_ALIYUN_SECRET   the access key of Aliyun 短信服务, with LIAISON_SMS=aliyun
    LIAISON_ALIYUN_SIGN, LIAISON_ALIYUN_TEMPLATE   signature and template (one gap, ${text}) of SMS without their own
    LIAISON_ALIYUN_URL        its address (default https://dysmsapi.aliyuncs.com/), e.g. of a proxy in your network
    LIAISON_SMS_DOOR          a secret word of at least 24 letters and digits: the gateway pushes delivery reports to
                              /sms/<word>/reports/ and replies to /sms/<word>/replies/; without it that door is shut
    LIAISON_SECOND_STEP       roles that must use 动态口令, e.g. county_clerk,security_admin (default: none)
    LIAISON_DESK_IDLE, LIAISON_PHONE_IDLE   minutes without use after which a session ends: console and county (60),
                              field (720)
    LIAISON_PROXIES           how many proxies of yours stand before the site and add to X-Forwarded-For (default 0)
    LIAISON_WECOM_CORP, LIAISON_WECOM_AGENT, LIAISON_WECOM_SECRET   sign-in by 企业微信: CorpID, AgentId and Secret
    LIAISON_DINGTALK_KEY, LIAISON_DINGTALK_SECRET   sign-in by 政务钉钉: AppKey and AppSecret of the scan application
    LIAISON_DINGTALK_URL, LIAISON_DINGTALK_LOGIN_URL   its addresses (default dg-work.cn), e.g. of 浙政钉
    LIAISON_WECOM_URL, LIAISON_WECOM_LOGIN_URL, LIAISON_WECOM_INSIDE_URL   its addresses, e.g. of a private 政务微信
    LIAISON_OFFLINE_HOURS     how long pages stay on a phone without a signal (default 72)
    LIAISON_CLOCK             path of a demo clock file (see workdays/now.py); never in production
"""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

from liaison import secrets, servers

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

HOME = servers.home()
servers.ensure_environment()

DEBUG = env.bool("LIAISON_DEBUG", default=False)
SECRET_KEY = secrets.master_secret(HOME)
FIELD_KEYS = secrets.field_keys(SECRET_KEY)
PHONE_KEY = secrets.derive(SECRET_KEY, "phone")
ALLOWED_HOSTS = env.list("LIAISON_HOSTS", default=["*"])
ORIGIN = env.str("LIAISON_ORIGIN", default="http://127.0.0.1:8000").rstrip("/")
CLOCK_FILE = env.str("LIAISON_CLOCK", default="")
CSRF_TRUSTED_ORIGINS = [ORIGIN]
SMS_DRIVER = env.str("LIAISON_SMS", default="file")
SMS_DOOR = env.str("LIAISON_SMS_DOOR", default="")
SMS_ALIYUN = {
    "key": env.str("LIAISON_ALIYUN_KEY", default=""),
    "secret": env.str("LIAISON_ALIYUN_SECRET", default=""),
    "url": env.str("LIAISON_ALIYUN_URL", default="https://dysmsapi.aliyuncs.com/"),
    "sign": env.str("LIAISON_ALIYUN_SIGN", default=""),
    "template": env.str("LIAISON_ALIYUN_TEMPLATE", default=""),
}
SECOND_STEP_ROLES = frozenset(env.list("LIAISON_SECOND_STEP", default=[]))
PROXIES = env.int("LIAISON_PROXIES", default=0)
WECOM = {
    "corp": env.str("LIAISON_WECOM_CORP", default=""),
    "agent": env.str("LIAISON_WECOM_AGENT", default=""),
    "secret": env.str("LIAISON_WECOM_SECRET", default=""),
    "url": env.str("LIAISON_WECOM_URL", default="https://qyapi.weixin.qq.com").rstrip("/"),
    "login_url": env.str("LIAISON_WECOM_LOGIN_URL", default="https://login.work.weixin.qq.com").rstrip("/"),
    "inside_url": env.str("LIAISON_WECOM_INSIDE_URL", default="https://open.weixin.qq.com").rstrip("/"),
}
DINGTALK = {
    "key": env.str("LIAISON_DINGTALK_KEY", default=""),
    "secret": env.str("LIAISON_DINGTALK_SECRET", default=""),
    "url": env.str("LIAISON_DINGTALK_URL", default="https://openplatform.dg-work.cn").rstrip("/"),
    "login_url": env.str("LIAISON_DINGTALK_LOGIN_URL", default="https://login.dg-work.cn").rstrip("/"),
}

INSTALLED_APPS = [
    "liaison",
    "surfaces",
    "exchange",
    "tallies",
    "issues",
    "rosters",
    "visits",
    "households",
    "members",
    "grids",
    "notices",
    "workdays",
    "accounts",
    "mptt",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "axes",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads each answer, so that its length tells nothing of a secret (BREACH)
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "surfaces.sessions.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "liaison.urls"
WSGI_APPLICATION = "liaison.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "surfaces.context.surface",
            ],
        },
    }
]

DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"].update(
    CONN_MAX_AGE=600,
    CONN_HEALTH_CHECKS=True,
    OPTIONS={"options": "-c jit=off"},
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL").rstrip("/")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": f"{REDIS_URL}/1"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
SESSION_ENGINE = "accounts.sessions"
SESSION_LIMITS = {
    "console": (env.int("LIAISON_DESK_IDLE", default=60) * 60, 12 * 3600),
    "county": (env.int("LIAISON_DESK_IDLE", default=60) * 60, 12 * 3600),
    "field": (env.int("LIAISON_PHONE_IDLE", default=720) * 60, 7 * 24 * 3600),
}  # seconds without use, and in all; by the surface on which a person's posts land
SESSION_COOKIE_AGE = max(absolute for _, absolute in SESSION_LIMITS.values())
OFFLINE_HOURS = env.int("LIAISON_OFFLINE_HOURS", default=72)
OFFLINE_HOUSEHOLDS = 60
OFFLINE_BYTES = 20 * 2**20
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ORIGIN.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
AXES_CLIENT_IP_CALLABLE = "surfaces.doors.address"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_LOCKOUT_TEMPLATE = "parts/locked_out.html"
AXES_SENSITIVE_PARAMETERS = ["phone", "username", "password"]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("manual", BASE_DIR / "docs" / "manual" / "pictures")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME / "media"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 2**20

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "surfaces.api.errors.handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "联户通 Liaison API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "IssueStatus": "issues.models.choices.Status",
        "RequestStatus": "issues.models.requests.RequestStatus",
        "RequestKind": "issues.models.requests.RequestKind",
        "PledgeStatus": "visits.models.pledges.Pledge.Status",
        "PledgeKind": "visits.models.pledges.Pledge.Kind",
        "DutyKind": "rosters.models.rota.Kind",
        "GridKind": "grids.models.Kind",
        "HouseholdKind": "households.models.household.Household.Kind",
    },
}

CELERY_BROKER_URL = f"{REDIS_URL}/0"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "max_retries": 0,  # while Redis is down nobody waits for it: the rows are the queue
    "socket_connect_timeout": 2,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "exchange.*": {"queue": "imports"},
    "households.run_proposal": {"queue": "imports"},
    "notices.*": {"queue": "notices"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "escalate overdue issues": {"task": "issues.escalate_overdue", "schedule": 60.0},
    "remind of clocks": {"task": "issues.remind", "schedule": 60.0},
    "tell what lies untriaged": {"task": "issues.tell_evening", "schedule": crontab(hour="18-20", minute="2-59/10")},
    "follow changed calendars": {"task": "issues.follow_calendars", "schedule": 60.0},
    "follow every calendar": {
        "task": "issues.follow_calendars",
        "schedule": crontab(hour=2, minute=43),
        "args": (True,),
    },
    "return untaken requests": {"task": "issues.return_untaken", "schedule": 60.0},
    "keep the rosters up": {"task": "rosters.keep_up", "schedule": crontab(minute="7-59/15")},
    "plan service days": {"task": "visits.plan_service_days", "schedule": crontab(minute=23)},
    "look back at visits": {"task": "visits.look_back", "schedule": crontab(hour=2, minute=20)},
    "remind of pledges": {"task": "visits.remind_of_pledges", "schedule": crontab(hour="8-18", minute=11)},
    "run open proposals": {"task": "households.run_open_proposals", "schedule": 30.0},
    "remind of wishes": {"task": "households.remind_rounds", "schedule": crontab(hour="8-19", minute=13)},
    "put rounds in force": {"task": "visits.put_rounds_in_force", "schedule": 300.0},
    "deliver notices": {"task": "notices.deliver", "schedule": 20.0},
    "post digests": {"task": "notices.post_digests", "schedule": 300.0},
    "post group digests": {"task": "issues.post_group_digests", "schedule": 300.0},
    "run open imports": {"task": "exchange.run_open", "schedule": 30.0},
    "forget imported files": {"task": "exchange.forget_files", "schedule": crontab(hour=3, minute=41)},
    "forget arrivals": {"task": "exchange.forget_arrivals", "schedule": crontab(hour=3, minute=47)},
    "recount tallies": {"task": "tallies.recount", "schedule": 60.0},
    "forget ended sessions": {"task": "accounts.forget_sessions", "schedule": crontab(hour=3, minute=23)},
    "check the tree": {"task": "grids.check", "schedule": crontab(hour=3, minute=17)},
    "carry out planned changes of the tree": {"task": "grids.carry_out", "schedule": crontab(minute=4)},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
