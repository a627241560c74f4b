"""The tests work on a real PostgreSQL, as the same two roles as the site."""

import os
import uuid
from importlib import import_module
from types import SimpleNamespace

import django
import psycopg
import pytest
from django.conf import settings

from decide import servers


servers.into_environ()
os.environ["CELERY_TASK_ALWAYS_EAGER"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "decide.settings"
django.setup()
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise looks for it
# What migrations load, and a flush has to bring back.
TOPICS = import_module("participation.migrations.0004_shared_topics")


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """The owner makes and migrates the test database; the tests use it as the application."""
    from django.db import connections  # noqa: PLC0415

    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    name = f"test_decide_{worker or 'alone'}"
    with django_db_blocker.unblock():
        owner, app = connections["owner"], connections["default"]
        owner.settings_dict["TEST"]["NAME"] = name
        owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        app.close()
        app.settings_dict["NAME"] = name
        yield
        app.close()
        if "pool" in app.settings_dict["OPTIONS"]:
            app.close_pool()
        owner.creation.destroy_test_db(name, verbosity=0)


@pytest.fixture(autouse=True)
def _enable_db(request):
    """Every test may use the database; those that need real commits ask for transactional_db."""
    if not {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("db")


@pytest.fixture(autouse=True)
def _own_places(settings, tmp_path):
    """No test writes into another's files, mails or cache."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": settings.STORAGES["private"]["OPTIONS"] | {"location": tmp_path / "private"},
        },
    }
    under_other_names(settings, *settings.CACHES)


@pytest.fixture
def empty_cache(settings):
    """Begin with no page kept; who has signed in stays so.

    Clearing a cache would take from the tests that run beside this one too.
    """
    return lambda: under_other_names(settings, "default")


@pytest.fixture
def lose_what_is_kept_of_people(settings):
    """Sessions, limits and words under way are gone, as after Valkey began anew; of this test alone."""
    return lambda: under_other_names(settings, "people")


def under_other_names(settings, *aliases):
    settings.CACHES = settings.CACHES | {
        alias: settings.CACHES[alias] | {"KEY_PREFIX": f"{alias}-{uuid.uuid4().hex}"}
        for alias in aliases
    }


@pytest.fixture(autouse=True, scope="session")
def _flush_as_owner():
    """After a test with real commits the owner empties the tables: the application may not."""

    def flush(self):
        from django.db import connections  # noqa: PLC0415

        # A connection of its own, for pytest-django lends tests only the application's.
        name = connections["default"].settings_dict["NAME"]
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=name) as owner:
            owner.execute(FLUSH)
            TOPICS.load(None, SimpleNamespace(connection=owner))

    # For the whole session: a live server's database is emptied after the fixtures of its test.
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("django.test.TransactionTestCase._fixture_teardown", flush)
        yield


# Content types and permissions are made by migrate and stay; append-only tables are opened for it.
FLUSH = """
DO $$
DECLARE tables text; guarded record;
BEGIN
    FOR guarded IN SELECT tgrelid::regclass AS name FROM pg_trigger WHERE tgname = 'append_only' LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER append_only', guarded.name);
    END LOOP;
    SELECT string_agg(format('%I', tablename), ', ') INTO tables FROM pg_tables
    WHERE schemaname = 'public'
      AND tablename NOT IN ('django_migrations', 'django_content_type', 'auth_permission');
    EXECUTE 'TRUNCATE ' || tables || ' RESTART IDENTITY CASCADE';
    FOR guarded IN SELECT tgrelid::regclass AS name FROM pg_trigger WHERE tgname = 'append_only' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', guarded.name);
    END LOOP;
END $$
"""
