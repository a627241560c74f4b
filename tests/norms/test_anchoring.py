"""Marked words stay on their words, whatever is written around them (norms/anchoring.py).

The properties are checked with texts of few words that come again and again, the hardest there
are, and with a naive version that looks at every place.
"""

import re
from dataclasses import dataclass, field

import pytest
from hypothesis import example, given, settings, strategies as st

from norms.aligning import Text, _most_in_order, plain
from norms.anchoring import follow, follow_parts, whole_words


OFTEN = settings(max_examples=250, deadline=None, derandomize=True)

common = st.sampled_from(["la", "de", "municipalidad", "vía", "y", ",", "año", "Él", "30", "%"])
word = st.one_of(common, common, common, st.text("abcdeñáü", min_size=1, max_size=4))
line = st.lists(word, min_size=1, max_size=12).map(" ".join)
text = st.lists(line, min_size=1, max_size=6).map("\n".join)


# --- The naive version: words are words if they stand by themselves, wherever that is


def places(words, text):
    """Every place of the words, looked for sign by sign."""
    pattern = r"[ \t\n\u00a0]+".join(re.escape(part) for part in re.split(r"[ \t\n\u00a0]+", words))
    found = []
    for start in range(len(text)):
        if match := re.compile(pattern).match(text, start):
            cut_before = words[0].isalnum() and start > 0 and text[start - 1].isalnum()
            stop = match.end()
            cut_after = words[-1].isalnum() and stop < len(text) and text[stop].isalnum()
            if not cut_before and not cut_after:
                found.append((start, stop))
    return found


def longest_in_order(a, b):
    row = [0] * (len(b) + 1)
    for one in a:
        new = [0]
        for j, other in enumerate(b):
            new.append(row[j] + 1 if one == other else max(row[j + 1], new[j]))
        row = new
    return row[-1]


@st.composite
def texts_with_spans(draw):
    """A text and some marks of whole words in it, each another one."""
    old = draw(text)
    tokens = [found.span() for found in re.finditer(r"\w+|[^\w\s]", old)]
    spans = set()
    for _ in range(draw(st.integers(1, 5))):
        first = draw(st.integers(0, len(tokens) - 1))
        last = draw(st.integers(first, min(first + 4, len(tokens) - 1)))
        if span := whole_words(old, tokens[first][0], tokens[last][1]):
            spans.add(span)
    return old, sorted(spans)


@OFTEN
@given(texts_with_spans(), text)
def test_words_that_are_anywhere_in_the_new_text_are_never_lost_nor_moved_to_others(marked, new):
    old, spans = marked

    found = follow(old, new, spans)

    for (start, stop), place in zip(spans, found, strict=True):
        if place is not None:
            assert plain(new[slice(*place)]) == plain(old[start:stop])
            assert place in places(old[start:stop], new)
    standing = [place for place in found if place]
    assert len(set(standing)) == len(standing)
    for words in {plain(old[start:stop]) for start, stop in spans}:
        marks = [n for n, span in enumerate(spans) if plain(old[slice(*span)]) == words]
        kept = [n for n in marks if found[n]]
        assert len(kept) == min(len(marks), len(places(words, new)))


@OFTEN
@given(texts_with_spans())
def test_in_a_text_that_did_not_change_every_mark_stays_where_it_is(marked):
    old, spans = marked

    assert follow(old, old, spans) == spans


# --- Edits around the marks: each knows where it has to come out


@dataclass
class Piece:
    words: str
    marks: list[int] = field(default_factory=list)


def joined(pieces):
    """The text of the pieces, and where each mark is in it."""
    text, found = "", {}
    for piece in pieces:
        start = len(text) + (0 if not text or text.endswith("\n") or piece.words == "\n" else 1)
        text += " " * (start - len(text)) + piece.words
        for mark in piece.marks:
            found[mark] = (start, start + len(piece.words))
    return text, found


@st.composite
def edited_in_place(draw):
    """The same words marked many times among words that are each there once; edits around them."""
    quote = draw(st.sampled_from(["la vía", "vía", "la vía , la vía"]))
    number = iter(range(10_000))
    pieces = []
    for mark in range(draw(st.integers(1, 12))):
        for _ in range(draw(st.integers(0, 3))):
            pieces.append(Piece(f"w{next(number)}"))
        if draw(st.booleans()):
            pieces.append(Piece("\n"))
        pieces.append(Piece(quote, [mark]))
    edited = []
    for piece in pieces:
        if piece.marks:
            edited.append(piece)
            continue
        match draw(st.sampled_from(["keep", "keep", "drop", "replace", "insert"])):
            case "keep":
                edited.append(piece)
            case "replace":
                edited.append(Piece(f"n{next(number)}"))
            case "insert":
                edited += [piece, Piece(f"n{next(number)}")]
    return joined(pieces), joined(edited)


@OFTEN
@given(edited_in_place())
def test_edits_around_equal_words_leave_each_mark_on_its_own(both):
    (old, marks), (new, expected) = both

    found = follow(old, new, [marks[n] for n in range(len(marks))])

    assert found == [expected[n] for n in range(len(marks))]


@st.composite
def moved_about(draw):
    """Paragraphs with the same words marked, carried from provision to provision and shuffled."""
    number = iter(range(10_000))
    articles, marks = [], 0
    for _ in range(draw(st.integers(1, 4))):
        paragraphs = []
        for _ in range(draw(st.integers(1, 4))):
            before = [Piece(f"w{next(number)}") for _ in range(draw(st.integers(4, 6)))]
            after = [Piece(f"w{next(number)}") for _ in range(draw(st.integers(4, 6)))]
            paragraphs.append([*before, Piece("la vía", [marks]), *after])
            marks += 1
        articles.append(paragraphs)
    every = draw(st.permutations([paragraph for article in articles for paragraph in article]))
    sides = [Piece(f"n{next(number)}") for _ in range(len(every))]
    edited = [
        [*([side] if draw(st.booleans()) else []), *paragraph]
        for side, paragraph in zip(sides, every, strict=True)
    ]
    cuts = sorted(draw(st.integers(0, len(edited))) for _ in range(len(articles) - 1))
    shared = [edited[a:b] for a, b in zip([0, *cuts], [*cuts, len(edited)], strict=True)]
    return written(articles), written(shared)


def written(articles):
    """The text of each provision by its number, and where each mark is."""
    texts, found = {}, {}
    for key, paragraphs in enumerate(articles):
        pieces = []
        for paragraph in paragraphs:
            pieces += [*([Piece("\n")] if pieces else []), *paragraph]
        texts[key], marks = joined(pieces)
        found |= {mark: (key, *span) for mark, span in marks.items()}
    return texts, found


@OFTEN
@given(moved_about())
def test_a_mark_goes_with_its_paragraph_wherever_that_is_carried(both):
    (old, marks), (new, expected) = both

    found = follow_parts(old, new, [marks[n] for n in range(len(marks))])

    assert found == [expected[n] for n in range(len(marks))]


@OFTEN
@given(st.text("abc", max_size=30), st.text("abc", max_size=30))
@example("", "")
def test_as_many_words_as_possible_keep_their_order(old, new):
    pairs = _most_in_order(old, new)

    assert all(old[x] == new[y] for x, y in pairs)
    assert pairs == sorted(pairs)
    assert len({x for x, _y in pairs}) == len({y for _x, y in pairs}) == len(pairs)
    assert len(pairs) == longest_in_order(old, new)


# --- What people would say of it


def seen(old, new, words, number=0):
    """The words around where a mark comes to stand."""
    start = [found.start() for found in re.finditer(re.escape(words), old)][number]
    [place] = follow(old, new, [(start, start + len(words))])
    return place and (new[max(place[0] - 12, 0) : place[0]], new[slice(*place)])


def test_a_word_inside_a_longer_one_is_another_word():
    assert seen("Cada casa paga.", "Las casas pagan.", "casa") is None


def test_an_accent_makes_another_word():
    assert seen("El público entra.", "Yo publico esto.", "público") is None


def test_words_survive_a_paragraph_that_is_set_in_deeper():
    old, new = "Se prohíbe:\nestacionar en\nla vía", "Se prohíbe:\n\testacionar en\n\tla vía"

    assert seen(old, new, "estacionar en\nla vía")[1] == "estacionar en\n\tla vía"


def test_a_mark_does_not_jump_to_the_same_words_that_were_there_already():
    old = "La tasa es de 5 soles.\nLa multa es de 5 soles."
    new = "La tasa anual es ahora de 5 soles.\nLa multa es de 5 soles."

    assert seen(old, new, "5 soles")[0] == "es ahora de "
    assert seen(old, new, "5 soles", number=1)[0] == " multa es de "[-12:]


def test_of_two_marks_on_equal_words_one_is_lost_when_there_is_one_place_left():
    old, new = "a vía b\nc vía d", "c vía d"

    assert follow(old, new, [(2, 5), (10, 13)]) == [None, (2, 5)]


@pytest.mark.parametrize(
    ("start", "stop", "words"),
    [
        (0, 2, "La"),
        (1, 5, "La bici"),
        (2, 3, None),
        (9, 10, "30"),
        (7, 10, ", 30"),
        (-5, 99, "La bici, 30 km"),
        (7, 9, None),
        (9, 7, None),
    ],
)
def test_a_selection_means_whole_words(start, stop, words):
    span = whole_words("La bici, 30 km", start, stop)

    assert (span and "La bici, 30 km"[slice(*span)]) == words


def test_letters_that_take_two_units_elsewhere_count_as_one():
    old, new = "😀 la vía 😀", "😀😀 𝒩 la vía"

    assert follow(old, new, [(2, 8)]) == [(5, 11)]
    assert Text(new).find("la vía") == [(5, 11)]
