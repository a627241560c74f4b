"""Promises about the whole code base, kept by reading it."""

import ast
import csv
import re
import subprocess

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db.models import Q
from django.urls import get_resolver

from decide.management.commands.messages import as_text, catalog_path, is_translated, updated


BASE = settings.BASE_DIR
OURS = set(settings.ROOMS)


def tracked(*patterns):
    """The files that are or would be committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=BASE, capture_output=True, text=True, check=True).stdout
    return [BASE / name for name in names.splitlines() if (BASE / name).is_file()]


def our_models():
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def test_every_choice_is_kept_by_the_database():
    """Django's choices are only a hint to forms; a CheckConstraint is a promise."""
    unguarded = {
        str(field)
        for model in our_models()
        for field in model._meta.concrete_fields
        if field.choices and not guards(model, field)
    }

    assert unguarded == set()


def guards(model, field):
    values = {value for value, _label in field.choices}
    found = [
        set(child[1])
        for constraint in model._meta.constraints
        for child in conditions(getattr(constraint, "condition", None))
        if child[0] == f"{field.name}__in"
    ]
    return values in [known - {""} for known in found] or values in found


def conditions(condition):
    """The (lookup, value) pairs anywhere inside a condition."""
    for child in condition.children if isinstance(condition, Q) else []:
        if isinstance(child, Q):
            yield from conditions(child)
        elif isinstance(child, tuple):
            yield child


def test_every_template_is_used():
    folder = BASE / "templates"
    overridden = ("admin/", "account/", "mfa/", "allauth/", "django/", "unfold/", "import_export/")
    overridden += ("socialaccount/", "usersessions/")
    by_convention = {"400.html", "403.html", "403_csrf.html", "404.html", "405.html", "500.html"}
    by_convention |= {"429.html"}  # django-allauth's
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    names = {name for name in names if not name.startswith(overridden)} - by_convention
    sources = "".join(path.read_text() for path in tracked("*.py", "templates"))

    assert {name for name in names if name.removesuffix(".txt") not in sources} == set()


def test_every_static_file_that_a_template_names_is_there():
    """On the site a name without a file is an error page; the tests' storage would not notice."""
    named = {
        name
        for path in tracked("templates", "*.py")
        for name in re.findall(r'{%\s*static "([^"]+)"', path.read_text(errors="ignore"))
    }

    assert {name for name in named if not finders.find(name)} == set()


def test_every_setting_is_in_the_sample_environment_with_a_word_on_what_it_does():
    sample = (BASE / ".env.example").read_text()
    source = (BASE / "decide" / "settings.py").read_text()
    names = set(re.findall(r'env(?:\.\w+)?\(\s*"(\w+)"', source))

    missing = {name for name in names if not re.search(rf"^#? ?{name}=", sample, re.MULTILINE)}

    assert missing == set()


@pytest.mark.parametrize("room", settings.ROOMS)
def test_every_text_has_its_spanish(room):
    catalog = updated(room)

    missing = [message.id for message in catalog if message.id and not is_translated(message)]

    assert missing == []
    assert undated(as_text(catalog)) == undated(catalog_path(room).read_bytes()), (
        "run manage.py messages"
    )


def undated(catalog):
    return re.sub(rb'"(POT-Creation|PO-Revision)-Date:.*\n', b"", catalog)


def test_la_libertad_is_never_translated():
    """R86: the English title of the commitment says «Municipalities of Freedom»."""
    for path in tracked("*.po", "templates", "*.py"):
        if path.name != "test_consistency.py":
            assert "of Freedom" not in path.read_text(), path


def test_nothing_committed_names_a_registry_or_this_machine():
    words = re.compile(
        r"pypi\.org|pythonhosted|registry\.npmjs|npmjs\.com|deb\.debian|/work/main|/work/shared"
        r"|/root/\.|\.pyenv",
        re.IGNORECASE,
    )
    found = {
        str(path.relative_to(BASE))
        for path in tracked()
        if path.name != "test_consistency.py" and path.suffix not in {".png", ".woff2", ".webp"}
        if words.search(path.read_text(errors="ignore"))
    }

    assert found == set()
    assert not (BASE / "uv.lock").exists()


def test_no_sql_is_put_together_from_what_people_type():
    """D04: values go to the database beside the statement, never inside it."""
    suspicious = []
    for path in tracked("*.py"):
        if "migrations" in path.parts or "tests" in path.parts or "benchmarks" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"execute", "raw", "extra", "executemany"}
                and node.args
                and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
            ):
                suspicious.append(f"{path.relative_to(BASE)}:{node.lineno}")

    assert suspicious == []


def test_every_address_below_a_municipality_is_spanish_or_a_name():
    english = re.compile(r"\b(proposals|support|edit|new|delete|search|answer|milestone)s?\b")
    found = {
        route
        for route in routes(get_resolver().url_patterns)
        if route.startswith("<slug:municipality_slug>")
        and english.search(re.sub("<.*?>", "", route))
    }

    assert found == set()


def routes(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def test_whatever_the_table_of_requirements_says_is_built_has_its_place_and_its_test():
    table = (BASE / "docs" / "requirements.md").read_text()
    rows = {
        cells[0]: cells[1:]
        for line in table.splitlines()
        if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 4
        and re.fullmatch(r"[RD]\d+", cells[0])
        and "not built" not in cells[2]
    }

    assert len(rows) > 80
    for code, (_what, where, tests) in rows.items():
        for path in re.findall(r"`([\w/.-]+\.\w+)`", where):
            assert (BASE / path).exists(), f"{code}: {path}"
        named = re.findall(r"`([\w/]+\.py)::(\w+)`", tests)
        assert named, f"{code} names no test"
        for path, test in named:
            assert f"def {test}(" in (BASE / path).read_text(), f"{code}: {test}"


def test_the_requirements_table_knows_every_requirement():
    source = BASE.parent / "shared" / "design" / "requirements.csv"
    if not source.exists():
        pytest.skip(f"{source} is absent: the list of requirements lies outside the project")
    with source.open(newline="") as file:
        codes = {row["id"] for row in csv.DictReader(file)}
    table = (BASE / "docs" / "requirements.md").read_text()

    assert {code for code in codes if f"| {code} |" not in table} == set()


def test_a_text_has_one_spanish_in_every_room():
    """Django joins the catalogs: of two translations of one text, one would show everywhere."""
    spanish = {}
    for room in settings.ROOMS:
        if not catalog_path(room).exists():
            continue
        with catalog_path(room).open("rb") as file:
            for message in read_po(file, locale="es"):
                is_plural = isinstance(message.id, tuple)
                key = (message.context, message.id[0] if is_plural else message.id, is_plural)
                spanish.setdefault(key, {})[room] = message.string
    del spanish[(None, "", False)]  # the heads of the files

    assert {key: said for key, said in spanish.items() if len(set(said.values())) > 1} == {}
