"""One settings file. What differs between machines comes from the environment."""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _


BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR = Path(env("VAR", default=str(BASE_DIR / "var"))).resolve()
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY")
# Keys that turn documents into hashes: "1:secret,2:newer secret". See docs/keys.md.
DOCUMENT_KEYS = {
    int(version): key
    for version, _sep, key in (pair.partition(":") for pair in env.list("DOCUMENT_KEYS"))
}
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env("SITE_URL", default="http://localhost:8000")
REGION = env("REGION", default="13")
DEMO = env.bool("DEMO", default=False)
MAINTENANCE = env.bool("MAINTENANCE", default=False)

# --- Database: the application works under row-level security, only migrations own tables.
DATABASES = {"default": env.db("DATABASE_URL") | {"ATOMIC_REQUESTS": True}}
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})
if pool_size := env.int("DATABASE_POOL", default=0):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool_size}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
if owner_url := env("DATABASE_OWNER_URL", default=""):
    DATABASES["owner"] = env.db_url_config(owner_url)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "municipalities.cache.scoped_key",
        "KEY_PREFIX": env("CACHE_PREFIX", default="decide"),
    },
    # Sessions and limits belong to a person or an address, not to a municipality.
    "people": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env("CACHE_PREFIX", default="decide") + ":people",
    },
}
SESSION_ENGINE = "accounts.session_store"
SESSION_CACHE_ALIAS = "people"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14

# --- Tasks
CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TIMEZONE = "America/Lima"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_TASK_ALWAYS_EAGER", default=False)
CELERY_TASK_EAGER_PROPAGATES = True
# What the clock starts (each room's periodic.py). Nothing a person may do waits for it.
CELERY_BEAT_SCHEDULE = {
    "add up the ledger of interventions": {
        "task": "agreements.periodic.add_up_the_ledger",
        "schedule": crontab(minute="3-59/10"),
    },
    "ask who coordinates convenios": {
        "task": "agreements.periodic.ask_who_is_there",
        "schedule": crontab(hour=5, minute=10),
    },
    "tell of deadlines of convenios": {
        "task": "agreements.periodic.tell_of_deadlines",
        "schedule": crontab(hour=7, minute=15),
    },
    "look after spaces without activity": {
        "task": "agreements.periodic.look_after_spaces",
        "schedule": crontab(hour=6, minute=45),
    },
    "archive expired proposals": {
        "task": "proposals.periodic.archive_expired",
        "schedule": crontab(hour=0, minute=5),
    },
    "refresh trends": {
        "task": "proposals.periodic.refresh_trends",
        "schedule": crontab(minute="*/10"),
    },
    "refresh trends of debates": {
        "task": "debates.periodic.refresh_trends",
        "schedule": crontab(minute="5-59/10"),
    },
    "look at votes on statements left behind": {
        "task": "debates.periodic.analyse_what_is_behind",
        "schedule": crontab(minute=40),
    },
    "extend the logs of urns": {
        "task": "votes.periodic.extend_logs",
        "schedule": crontab(minute="*/3"),
    },
    "send heads of logs": {
        "task": "votes.periodic.send_heads",
        "schedule": crontab(minute="1-59/3"),
    },
    "close urns": {
        "task": "votes.periodic.close_what_is_over",
        "schedule": crontab(minute="*/2"),
    },
    "go on with openings": {
        "task": "votes.periodic.go_on_with_openings",
        "schedule": crontab(minute="*/2"),
    },
    "destroy sealed ballots": {
        "task": "votes.periodic.destroy_sealed",
        "schedule": crontab(hour=2, minute=30),
    },
    "tell of votes": {
        "task": "votes.periodic.tell",
        "schedule": crontab(),
    },
    "remind of answers to votes": {
        "task": "votes.periodic.remind",
        "schedule": crontab(hour=8, minute=15),
    },
    "remind of outcomes of processes": {
        "task": "processes.periodic.remind_of_reviews",
        "schedule": crontab(hour=8, minute=25),
    },
    "remind of what was agreed": {
        "task": "processes.reminders.remind",
        "schedule": crontab(hour=7, minute=40),
    },
    "count budgets": {
        "task": "budgets.periodic.count_what_is_opened",
        "schedule": crontab(),
    },
    "go on with counts of budgets": {
        "task": "budgets.periodic.go_on_with_counts",
        "schedule": crontab(),
    },
    "give works of called off votes back": {
        "task": "budgets.periodic.give_works_back",
        "schedule": crontab(minute="3-59/10"),
    },
    "remove stray papers of agents": {
        "task": "budgets.periodic.remove_stray_papers",
        "schedule": crontab(hour=3, minute=52),
    },
    "clean padrones": {
        "task": "municipalities.periodic.clean_padrones",
        "schedule": crontab(hour=3, minute=10),
    },
    "forget told addresses": {
        "task": "municipalities.periodic.forget_told_addresses",
        "schedule": crontab(hour=3, minute=20),
    },
    "settle waiting proofs of residence": {
        "task": "accounts.periodic.settle_all_waiting",
        "schedule": crontab(minute=20),
    },
    "forget unconfirmed accounts": {
        "task": "accounts.periodic.forget_unconfirmed",
        "schedule": crontab(hour=3, minute=40),
    },
    "forget ended sessions": {
        "task": "accounts.periodic.forget_ended_sessions",
        "schedule": crontab(hour=3, minute=30),
    },
    # Digests begin at DIGEST_HOUR; the rest of the day this goes on with what a crash left.
    "send digests": {
        "task": "participation.tasks.digests.send_digests",
        "schedule": crontab(minute="*/5"),
    },
    "go on with notices": {
        "task": "participation.tasks.notices.go_on",
        "schedule": crontab(minute="2-59/10"),
    },
    "send newsletters": {
        "task": "participation.tasks.newsletters.send_due",
        "schedule": crontab(),
    },
    "forget traces": {
        "task": "participation.periodic.forget_traces",
        "schedule": crontab(hour=3, minute=55),
    },
    "remove orphaned files": {
        "task": "participation.periodic.remove_orphans",
        "schedule": crontab(hour=3, minute=50),
    },
}

INSTALLED_APPS = [
    "decide.admin_app.AdminConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "csp",
    "template_partials",
    "django_htmx",
    "django_filters",
    "import_export",
    "rules.apps.AutodiscoverRulesConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "municipalities",
    "accounts",
    "participation",
    "votes",
    "proposals",
    "debates",
    "norms",
    "budgets",
    "agreements",
    "processes",
    "decide",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "decide.middleware.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "decide.middleware.MaintenanceMiddleware",
    "accounts.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "municipalities.middleware.ScopeMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.middleware.AssistanceMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "decide.middleware.PrivatePagesMiddleware",
    "decide.middleware.NotAllowedMiddleware",
    "decide.middleware.AdminMiddleware",
]
ROOT_URLCONF = "decide.urls"
WSGI_APPLICATION = "decide.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"decide_ui": "decide.common.templatetags.decide_ui"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "decide.context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "accounts.backends.Backend",
]
LOGIN_REDIRECT_URL = "accounts:profile"
LOGIN_URL = "account_login"
# Signing in by e-mail or by mobile phone (django-allauth).
ACCOUNT_ADAPTER = "accounts.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
# Our form asks for one of the two; "email*" tells allauth that an e-mail must be confirmed.
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone", "password1*"]
ACCOUNT_FORMS = {
    "signup": "accounts.forms.entrance.SignupForm",
    "login": "accounts.forms.entrance.LoginForm",
    "request_login_code": "accounts.forms.entrance.RequestLoginCodeForm",
    "reset_password": "accounts.forms.entrance.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.entrance.NewPasswordForm",
    "set_password": "accounts.forms.entrance.SetPasswordForm",
    "change_password": "accounts.forms.entrance.ChangePasswordForm",
    "reauthenticate": "accounts.forms.entrance.ReauthenticateForm",
    "add_email": "accounts.forms.entrance.AddEmailForm",
    "change_email": "accounts.forms.entrance.ChangeEmailForm",
    "change_phone": "accounts.forms.entrance.ChangePhoneForm",
    "confirm_login_code": "accounts.forms.entrance.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "accounts.forms.entrance.ConfirmEmailForm",
    "confirm_password_reset_code": "accounts.forms.entrance.ConfirmPasswordResetForm",
    "verify_phone": "accounts.forms.entrance.VerifyPhoneForm",
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Decide La Libertad: "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Each code: six digits, three tries, a quarter of an hour.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
CODE_MINUTES = 15
ACCOUNT_LOGIN_TIMEOUT = 2 * CODE_MINUTES * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = CODE_MINUTES * 60
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = CODE_MINUTES * 60
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = CODE_MINUTES * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = CODE_MINUTES * 60
# By person or number strictly, by address generously: a whole village shares one.
ACCOUNT_RATE_LIMITS = {
    "signup": "60/m/ip",
    "login": "120/m/ip",
    "login_failed": "60/m/ip,5/5m/key",
    "request_login_code": "60/m/ip,3/5m/key,10/d/key",
    "reset_password": "60/m/ip,3/5m/key,10/d/key",
    "reset_password_from_key": "60/m/ip",
    "confirm_email": "3/m/key,20/d/key",
    "verify_phone": "60/m/ip,2/m/key,10/d/key",
    "change_phone": "5/h/user",
    "confirm_code": "3/15m/key",
    "interest": "30/h/ip",  # addresses left to be told when a space opens
    "intake": "60/h/ip",  # what people came with, counted in public
    "audit": "30/h/user",  # ballots opened to look at instead of being cast
    "receipt": "120/m/ip",  # codes of receipts looked up without an account
}
# How many proxies of ours stand in front; without any, X-Forwarded-For is anybody's word.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int(
    "TRUSTED_PROXIES", default=1 if env.bool("BEHIND_PROXY", default=False) else 0
)
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Nobody gets in with an unconfirmed address, so two steps need not keep people from changing it.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not env.bool("SECURE", default=False)
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Decide La Libertad"
MFA_FORMS = {
    "activate_totp": "accounts.forms.second_factor.ActivateTOTPForm",
    "authenticate": "accounts.forms.second_factor.AuthenticateForm",
    "reauthenticate": "accounts.forms.second_factor.ReauthenticateForm",
}
# Another identity service, such as ID GOB.PE, by OpenID Connect.
SOCIALACCOUNT_FORMS = {"signup": "accounts.forms.social.SignupForm"}
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "mandatory"
SOCIALACCOUNT_STORE_TOKENS = False
OIDC_ISSUER = env("OIDC_ISSUER", default="")
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": env("OIDC_NAME", default="OpenID Connect"),
                    "client_id": env("OIDC_CLIENT_ID"),
                    "secret": env("OIDC_SECRET"),
                    "settings": {"server_url": OIDC_ISSUER},
                }
            ],
        }
    }
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- Language and time
LANGUAGE_CODE = "es"
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "idioma"
ROOMS = [
    "decide",
    "municipalities",
    "accounts",
    "participation",
    "votes",
    "proposals",
    "debates",
    "norms",
    "budgets",
    "agreements",
    "processes",
]
LOCALE_PATHS = [BASE_DIR / "locale" / room for room in ROOMS]
USE_TZ = True
TIME_ZONE = "America/Lima"

# --- Files
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = VAR / "media"
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What no address leads to: a padrón on its way in.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR / "private",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if bucket := env("S3_BUCKET", default=""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env("S3_ENDPOINT", default=None),
            "access_key": env("S3_ACCESS_KEY", default=None),
            "secret_key": env("S3_SECRET_KEY", default=None),
            "default_acl": "private",
        },
    }
    STORAGES["private"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": STORAGES["default"]["OPTIONS"] | {"location": "private"},
    }
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Mail and SMS
EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Decide La Libertad <decide@example.org>")
if DEMO:
    EMAIL_BACKEND = "accounts.mailbox.EmailBackend"
SMS_BACKEND = env(
    "SMS_BACKEND", default=f"accounts.sms.{'MailboxGateway' if DEMO else 'ConsoleGateway'}"
)
SMS_URL = env("SMS_URL", default="")
SMS_TOKEN = env("SMS_TOKEN", default="")
# WhatsApp is offered where a gateway is named for it.
WHATSAPP_BACKEND = env("WHATSAPP_BACKEND", default="accounts.sms.MailboxGateway" if DEMO else "")
WHATSAPP_URL = env("WHATSAPP_URL", default="")
WHATSAPP_TOKEN = env("WHATSAPP_TOKEN", default="")
# Text messages of notices to one person in a day: each costs money.
TEXTS_A_DAY = env.int("TEXTS_A_DAY", default=3)
# A mail server that does not answer holds nobody up for longer, in seconds.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=30)
# From this hour on, in Lima, the digests of the day go out.
DIGEST_HOUR = env.int("DIGEST_HOUR", default=7)
# What a mail gateway shows when it reports dead addresses; without one nobody may.
BOUNCE_TOKEN = env("BOUNCE_TOKEN", default="")

# --- Proof of residence: who is asked, and the limits of asking
RESIDENCE_CHECKS = env.list("RESIDENCE_CHECKS", default=["accounts.residence.PadronCheck"])
RESIDENCE_MIN_AGE = env.int("RESIDENCE_MIN_AGE", default=18)
RESIDENCE_TRIES = env.int("RESIDENCE_TRIES", default=5)
RESIDENCE_MOVE_DAYS = env.int("RESIDENCE_MOVE_DAYS", default=180)
DESK_DAILY_CAP = env.int("DESK_DAILY_CAP", default=60)
# So many people one officer helps to vote in a day, before an administrator lets them help more.
DESK_DAILY_VOTES = env.int("DESK_DAILY_VOTES", default=30)
PAPER_DAILY_CAP = env.int("PAPER_DAILY_CAP", default=500)
PADRON_MAX_MB = env.int("PADRON_MAX_MB", default=200)
# For so many days a draft norm takes comments at least, or staff are warned.
NORMS_COMMENT_DAYS = env.int("NORMS_COMMENT_DAYS", default=30)
# How much work a browser does to show that there is a person (accounts/captcha.py): iterations of
# PBKDF2 for each of about 160 tries; 5000 take a cheap phone two seconds.
CAPTCHA_COST = env.int("CAPTCHA_COST", default=5000)
# Accounts lie below the ledger and reach it by name.
LEDGER = "participation.ledger.record"

# --- Security
SECURE = env.bool("SECURE", default=False)
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^salud/$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
TILES_URL = env("TILES_URL", default="")
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *([env("TILES_ORIGIN")] if TILES_URL else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        # Chromium also holds the way to the identity service against this.
        "form-action": [SELF, *(["/".join(OIDC_ISSUER.split("/")[:3])] if OIDC_ISSUER else [])],
        "frame-ancestors": [NONE],
    },
}
# The admin's own scripts and styles (Unfold, Alpine) are written in the page and evaluated.
ADMIN_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)

# --- The admin
UNFOLD = {
    "SITE_TITLE": "Decide La Libertad",
    "SITE_HEADER": "Decide La Libertad",
    "SITE_SUBHEADER": _("Desk of the municipalities"),
    "SITE_URL": "/",
    "SITE_SYMBOL": "stairs",
    "STYLES": [lambda request: static("admin/decide.css")],
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("img/favicon.svg"),
        }
    ],
    "SCRIPTS": [lambda request: static("admin/decide.js")],
    "SHOW_VIEW_ON_SITE": True,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "10px",
    "COLORS": {
        "primary": {
            "50": "#eef7f6",
            "100": "#d5ebe9",
            "200": "#aed8d4",
            "300": "#7dbdb8",
            "400": "#6fb3ae",
            "500": "#4b9c97",
            "600": "#0f5f5c",
            "700": "#0d504e",
            "800": "#0c413f",
            "900": "#0b3534",
            "950": "#051f1f",
        },
    },
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "decide.sidebar.navigation",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "decide.logs.OneLine",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
SOURCE_URL = env("SOURCE_URL", default="")
