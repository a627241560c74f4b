import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

from decide.common import colour


SHEET = Path(settings.BASE_DIR, "frontend/src/scss/_tokens.scss")


def tokens(scheme):
    """The colours of a scheme as the style sheet has them."""
    body = re.search(rf"@mixin {scheme} \{{(.*?)\n\}}", SHEET.read_text(), re.DOTALL)[1]
    return dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", body))


def test_black_on_white_is_21_and_a_colour_on_itself_1():
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colour.contrast("#D9A036", "#D9A036") == 1
    assert colour.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_read_easily_on_every_ground(scheme):
    of = tokens(scheme)
    for ground in ("ground", "paper", "adobe"):
        assert colour.contrast(of["ink"], of[ground]) >= 7
        assert colour.contrast(of["ink-soft"], of[ground]) >= 6
        for text in ("act", "act-strong", "emphasis", "emphasis-strong", "bad", "good"):
            assert colour.contrast(of[text], of[ground]) >= 4.5, (text, ground)
    for ground in ("ground", "paper"):
        assert colour.contrast(of["ink-soft"], of[ground]) >= 7


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("on-act", "act"),
        ("on-act", "act-strong"),
        ("act-strong", "act-tint"),
        ("emphasis-strong", "emphasis-tint"),
        ("gold-strong", "gold-tint"),
        ("good", "good-tint"),
        ("bad", "bad-tint"),
        ("ink-soft", "sunken"),
        ("ink", "sunken"),
    ],
)
def test_a_badge_and_a_button_are_read_on_their_own_ground(scheme, text, ground):
    of = tokens(scheme)
    assert colour.contrast(of[text], of[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edge_of_a_field_is_seen(scheme):
    of = tokens(scheme)
    assert colour.contrast(of["line-strong"], of["paper"]) >= 3
    assert colour.contrast(of["line-strong"], of["ground"]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_grounds_used_for_correcting_are_those_of_the_sheet(scheme):
    of = tokens(scheme)
    assert colour.GROUNDS[scheme] == (of["ground"], of["paper"], of["adobe"])


@pytest.mark.parametrize(
    "wish",
    [
        "#FFFF00",
        "#FFFFFF",
        "#000000",
        "#0000FF",
        "#FF0000",
        "#00FF00",
        "#777777",
        "#D9A036",
        "#6b2d8f",
    ],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_whatever_colour_a_municipality_wishes_its_text_can_be_read(scheme, wish):
    part = colour.accent(wish, scheme)
    for text, ground in product((part.plain, part.strong), colour.GROUNDS[scheme]):
        assert colour.contrast(text, ground) >= 4.5
    assert colour.contrast(part.strong, part.tint) >= 4.5
    assert colour.contrast(part.on, part.plain) >= 4.5


def test_a_colour_that_can_be_read_already_stays():
    assert colour.readable("#0F5F5C", "light") == "#0F5F5C"


def test_a_corrected_colour_keeps_its_hue():
    red, green, blue = colour.rgb(colour.readable("#FFFF00", "light"))
    assert red == green
    assert blue == 0


def test_the_sheet_of_a_municipality_has_both_schemes_and_nothing_but_colours():
    sheet = colour.accent_css("#6B2D8F")
    assert sheet.count("--accent:") == 2
    assert "prefers-color-scheme:dark" in sheet
    assert not set(re.findall(r"[^\w\s#:;{}().@-]", sheet))


@pytest.mark.parametrize("wrong", ["red", "#FFF", "#GGGGGG", "", "#0F5F5C;}"])
def test_what_is_not_a_colour_is_refused(wrong):
    with pytest.raises(ValueError, match=r"Not a colour|literal"):
        colour.accent_css(wrong)
