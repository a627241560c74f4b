import re
from hashlib import sha256
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import Client


FRONTEND = Path(settings.BASE_DIR, "frontend")
DIST = Path(settings.BASE_DIR, "static/dist")
TEMPLATES = Path(settings.BASE_DIR, "templates")


def weight(name):
    """What travels: the font is compressed already."""
    content = (DIST / name).read_bytes()
    return len(content) if name.endswith("woff2") else len(brotli.compress(content))


def test_what_is_committed_was_built_from_these_sources():
    files = ["build.mjs", "package.json", "package-lock.json"]
    for folder in ("src/js", "src/scss"):
        files += [f"{folder}/{path.name}" for path in (FRONTEND / folder).iterdir()]
    lines = [
        f"{sha256((FRONTEND / file).read_bytes()).hexdigest()}  {file}" for file in sorted(files)
    ]
    assert (DIST / "SOURCES.sha256").read_text().splitlines() == lines, "run `make front`"


def test_the_lock_file_names_versions_and_no_registry():
    lock = (FRONTEND / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
    versions = re.findall(
        r'"[\w@/.-]+": "([^"]+)"',
        (FRONTEND / "package.json").read_text().split("devDependencies")[1],
    )
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)


@pytest.mark.parametrize(
    ("name", "kilobytes"),
    [
        ("app.css", 13),
        ("app.js", 19),
        ("bitter.woff2", 18),
        ("captcha.js", 1),
        ("map.js", 42),
        ("map.css", 4),
    ],
)
def test_each_part_of_the_first_visit_keeps_to_its_share(name, kilobytes):
    assert weight(name) <= kilobytes * 1024


def test_nothing_comes_from_elsewhere():
    for path in DIST.glob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//|@import", path.read_text())
    for path in TEMPLATES.rglob("*.html"):
        found = re.findall(
            r"<(?:script|link|img|iframe|source)[^>]+(?:https?:)?//[^>]+>", path.read_text()
        )
        assert not found, (path, found)


def test_no_template_has_a_script_or_style_of_its_own():
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*(src=|application/))", text), path
        if "emails" not in path.parts and "email" not in path.parts:
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", text), path


@pytest.mark.parametrize("name", ["400", "500", "403_csrf", "maintenance", "offline"])
def test_the_page_of_a_failure_needs_nothing(name, django_assert_num_queries):
    with django_assert_num_queries(0):
        html = get_template(f"{name}.html").render()
    assert html.count("<h1>") == 1
    assert 'lang="es"' in html


def test_while_the_site_is_closed_every_page_says_so(settings):
    settings.MAINTENANCE = True
    for path in ("/", "/otuzco/", "/admin/"):
        answer = Client().get(path)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert "<h1>" in answer.text
    assert Client().get("/salud/").status_code == 200


@pytest.mark.parametrize("name", ["403", "404", "429"])
def test_the_page_of_a_refusal_has_a_way_on(name, rf):
    request = rf.get("/")
    request.municipality = None
    html = get_template(f"{name}.html").render({"request": request})
    assert html.count("<h1>") == 1
    assert "btn" in html
