import re

import pytest

from decide.common.markdown import to_html


def test_emphasis_lists_and_quotes_become_html():
    html = to_html("El agua llega **dos horas**.\n\n- Un reservorio\n- Más tubos\n\n> Desde 2019.")
    assert "<strong>dos horas</strong>" in html
    assert html.count("<li>") == 2
    assert "<blockquote>" in html


def test_a_line_break_stays_one():
    assert "<br>" in to_html("uno\ndos")


@pytest.mark.parametrize(
    ("written", "levels"),
    [
        ("# Uno\n\n## Dos", [3, 4]),
        ("## Uno\n\n##### Dos\n\n## Tres", [3, 4, 3]),
        ("#### Uno\n\n# Dos", [3, 3]),
        ("# a\n\n## b\n\n### c\n\n#### d\n\n##### e", [3, 4, 5, 5, 5]),
    ],
)
def test_headings_begin_below_those_of_the_page_and_leave_no_step_out(written, levels):
    assert [int(found) for found in re.findall(r"<h(\d)>", to_html(written))] == levels


def test_a_page_with_one_heading_takes_the_next():
    assert to_html("# Uno", 2) == "<h2>Uno</h2>\n"


def test_a_link_leads_on_but_vouches_for_nothing():
    html = to_html("[ordenanza](https://example.org/o)")
    assert 'href="https://example.org/o"' in html
    assert 'rel="nofollow ugc noopener"' in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '<img src=x onerror="alert(1)">',
        "![foto](https://example.org/x.png)",
        '<a href="https://example.org" onclick="alert(1)">x</a>',
        "<iframe src=//example.org></iframe>",
        '<p style="position:fixed">x</p>',
        "<svg/onload=alert(1)>",
    ],
)
def test_nothing_that_runs_or_loads_gets_through(text):
    html = to_html(text)
    for tag in ("<script", "<img", "<iframe", "<svg", "<p style", "<a onclick"):
        assert tag not in html
    for scheme in ('href="javascript', 'href="data'):
        assert scheme not in html


@pytest.mark.parametrize(
    "text", ["", None, "\x00", "\x00a", "*" * 100_000, "[" * 5_000, "> " * 5_000]
)
def test_strange_input_is_only_text(text):
    assert isinstance(to_html(text), str)
