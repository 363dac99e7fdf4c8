"""All settings, from the environment alone.

Two modes. With ``DEMO=1`` (what ``make run`` sets) everything has a default and demonstration
accounts may exist. Without it this is production: what has no safe default is required, and a
missing value stops the process with its name.
"""

from pathlib import Path
from urllib.parse import unquote

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from lms.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEMONSTRATION = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
if DEBUG and not DEMONSTRATION:
    raise ImproperlyConfigured("DEBUG=1 needs DEMO=1: production never shows tracebacks.")

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _required(
    name: str, *, why: str = "Production needs it; for a demonstration set DEMO=1."
) -> str:
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {why}")
    return value


def _demonstration_secret_key() -> str:
    """A key made on first run and kept, so that a restart signs nobody out."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text()


# Where it is reached

if DEMONSTRATION:
    SECRET_KEY = env.str("SECRET_KEY", default="") or _demonstration_secret_key()
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
    HOST = env.str("HOST", default="127.0.0.1")
    BASE_URL = env.str(
        "BASE_URL",
        default=f"http://{'127.0.0.1' if HOST == '0.0.0.0' else HOST}:{env.int('PORT', default=8000)}",  # noqa: S104
    ).rstrip("/")
else:
    SECRET_KEY = _required("SECRET_KEY")
    ALLOWED_HOSTS = [host.strip() for host in _required("ALLOWED_HOSTS").split(",")]
    BASE_URL = _required("BASE_URL").rstrip("/")
    if not BASE_URL.startswith("https://"):
        raise ImproperlyConfigured("BASE_URL must begin with https:// in production.")

CSRF_TRUSTED_ORIGINS = [BASE_URL]
ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
APPEND_SLASH = True

# What it is made of

INSTALLED_APPS = [
    "desks",
    "reports",
    "classroom",
    "training",
    "certificates",
    "quizzes",
    "courses",
    "imports",
    "people",
    "organisation",
    "jobs",
    "lms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.typed_table_block",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "people.apps.WagtailUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "axes",
    "csp",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "people.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
]

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
            ],
        },
    },
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Data

if DEMONSTRATION and not env.str("DATABASE_URL", default=""):
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "db.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # Writers queue instead of failing half-way with "database is locked".
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                    "PRAGMA cache_size=-16000; PRAGMA mmap_size=134217728;"
                ),
            },
        }
    }
else:
    _required("DATABASE_URL")
    DATABASES = {"default": env.db_url("DATABASE_URL")}
    # A local socket stands in a URL as a quoted path: postgres://me@%2Fvar%2Frun%2Fpostgresql/kns
    DATABASES["default"]["HOST"] = unquote(str(DATABASES["default"]["HOST"]))
    # Reconnecting costs many times what a query does.
    DATABASES["default"].setdefault("CONN_MAX_AGE", 600)
    DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)
    if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        DATABASES["default"]["OPTIONS"] = {
            # It takes a subquery for each row of a short list to be dear, and compiled it for a second
            # before it ran it in a millisecond.
            # What a connection asks for the sixth time it has read already, and plans for the values
            # at hand: decision 27.
            "options": "-c jit=off -c plan_cache_mode=force_custom_plan",
            "server_side_binding": True,
            "prepare_threshold": 5,
            **DATABASES["default"].get("OPTIONS", {}),  # type: ignore[dict-item]
        }

# Whatever is kept in the cache is keyed on the edition of the content (courses.editions),
# so that a memory of its own in each process is never out of date.
CACHES = {
    "default": (
        env.cache_url("CACHE_URL")
        if env.str("CACHE_URL", default="")
        else {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 2000},
        }
    )
}

MEDIA_ROOT = DATA_DIR / "media"
MEDIA_ROOT.mkdir(exist_ok=True)
MEDIA_URL = "/media/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    # The styles of certificates, which authors look at in their browser too.
    ("print", BASE_DIR / "certificates" / "print"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Certificates are handed out by a view that checks who asks, never by their address.
    "certificates": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "certificates", "allow_overwrite": True},
    },
    # So are the documents of teams: nobody reaches them by an address of theirs.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "private"},
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "lms.staticfiles.BundledStaticFilesStorage"
        )
    },
}

# Accounts

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "people.authentication.PersonBackend",
    "people.authentication.CardBackend",
]
LOGIN_CODE_DAYS = env.int("LOGIN_CODE_DAYS", default=30)
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "name")},
    },
]
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# Many people of one village share one address behind the operator's gateway: lock the pair of
# login and address, never the address alone.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_CALLABLE = "people.views.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_CLIENT_IP_CALLABLE = "people.authentication.visitors_address"
AXES_VERBOSE = False
# Of a failed sign-in it keeps what was sent, but for these: a code may belong to another card.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code"]
PROXY_COUNT = env.int("PROXY_COUNT", default=0)

# Whoever has rights over others' data or over the lessons shows a code besides the password.
TWO_FACTOR_REQUIRED = env.bool("TWO_FACTOR_REQUIRED", default=not DEMONSTRATION)
OTP_TOTP_ISSUER = "Kỹ năng số"  # what the authenticator app calls us

# Sign-in through an OpenID Connect provider, off unless one is named. `manage.py oidc_settings`
# asks a provider for the addresses and prints these lines.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="")
OIDC_NAME = env.str("OIDC_NAME", default="VNeID")  # on the button
OIDC = {
    name: _required(f"OIDC_{name}", why="Sign-in through OIDC_ISSUER needs it.")
    for name in (
        "CLIENT_ID",
        "CLIENT_SECRET",
        "AUTHORIZATION_ENDPOINT",
        "TOKEN_ENDPOINT",
        "JWKS_ENDPOINT",
    )
    if OIDC_ISSUER
}

# Terms of the law for requests about one's data: working days to confirm, days to act.
DATA_REQUEST_DAYS = {"acknowledge": 2, "correction": 10, "erasure": 20}

# Security

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"  # but previews: Wagtail lets its own editor frame them
CSRF_FAILURE_VIEW = "lms.views.csrf_failure"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
if not DEMONSTRATION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=60 * 60 * 24 * 365)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a long lesson in the editor has some thousand
FILE_UPLOAD_PERMISSIONS = 0o640
LARGEST_REQUEST = 25 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "lms.uploads.RefuseTheHuge",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Language and time

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "wagtail"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
FORMAT_MODULE_PATH = ["lms.formats"]

# Wagtail

WAGTAIL_SITE_NAME = "Kỹ năng số"
WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "people:sign_in"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_RESET_ENABLED = False  # most people have no e-mail address
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
WAGTAILIMAGES_IMAGE_MODEL = "courses.Picture"
WAGTAILIMAGES_EXTENSIONS = ["svg", "webp", "png", "jpg", "jpeg"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 5 * 1024 * 1024
# Fifteen kilobytes can unpack into a hundred million of them, each of which takes four bytes.
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "courses.forms.PictureForm"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "mp3", "mp4"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "courses.forms.DocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "direct"  # none is private, and the web server sends files best
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TAGGIT_CASE_INSENSITIVE = True
# Wagtail hands its index updates to django-tasks; a page is saved seldom, and an editor who
# searches at once expects to find it.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# Background work. The truth about a job is rows of ours (see docs/jobs.md); a broker carries hints.

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
if not CELERY_BROKER_URL:
    if not DEMONSTRATION:
        _required("CELERY_BROKER_URL")
    CELERY_BROKER_URL = "filesystem://localhost/"
    _queue = DATA_DIR / "queue"
    for _part in ("messages", "processed", "control"):
        (_queue / _part).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "processed_folder": str(_queue / "processed"),
        "control_folder": str(_queue / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
elif CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# KiB. A process that a large register has made large ends after it, and another takes its place.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 260_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ALWAYS_EAGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")

# Errors go to the journal of whoever runs the process.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    # A mistyped address is no event.
    "loggers": {"django.request": {"level": "ERROR"}},
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
EMAIL_BACKEND = (
    "django.core.mail.backends.console.EmailBackend"
    if DEMONSTRATION
    else "django.core.mail.backends.smtp.EmailBackend"
)
if env.str("EMAIL_URL", default=""):
    globals().update(env.email_url("EMAIL_URL"))

# Who issues certificates, and signs them

_ISSUER = "Ban Chỉ đạo chuyển đổi số tỉnh" if DEMONSTRATION else ""
ISSUER_NAME = env.str("ISSUER_NAME", default=_ISSUER) or _required("ISSUER_NAME")
# Until which day of a quarter's last month reports count (0: to its end), and on which they are due.
REPORTS_COUNT_UNTIL_DAY = env.int("REPORTS_COUNT_UNTIL_DAY", default=14)
REPORTS_DUE_DAY = env.int("REPORTS_DUE_DAY", default=19)
# A PKCS#12 file; without one certificates are not signed. A demonstration makes a key of its own.
CERTIFICATE_KEY = env.str(
    "CERTIFICATE_KEY", default=str(DATA_DIR / "keys" / "signing.p12") if DEMONSTRATION else ""
)
CERTIFICATE_KEY_PASSPHRASE = env.str(
    "CERTIFICATE_KEY_PASSPHRASE", default="minh-hoa" if DEMONSTRATION else ""
)
# Or a key on a token (PKCS#11): the label of the token, the library of its maker, the label of the key.
CERTIFICATE_TOKEN = env.str("CERTIFICATE_TOKEN", default="")
CERTIFICATE_TOKEN_MODULE = env.str("CERTIFICATE_TOKEN_MODULE", default="")
CERTIFICATE_TOKEN_LABEL = env.str("CERTIFICATE_TOKEN_LABEL", default="")
CERTIFICATE_TOKEN_PIN = env.str("CERTIFICATE_TOKEN_PIN", default="")
# PEM files of the certificates of earlier keys: what they signed is still recognised.
CERTIFICATE_EARLIER = env.list("CERTIFICATE_EARLIER", default=[])
# Keys that the site makes for itself: see certificates.own_keys.
CERTIFICATE_OWN_KEYS = env.str("CERTIFICATE_OWN_KEYS", default=str(DATA_DIR / "keys"))
