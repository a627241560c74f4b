from itertools import product

from hypothesis import given, settings, strategies as st

from agreements.suppression import Hidden, Node, protect, tell


LARGEST = 14


def possible(shown, total):
    """Every way to fill in what is hidden, for somebody who knows the rule and the sum."""
    hidden = [key for key, value in shown.items() if isinstance(value, Hidden)]
    left = total - sum(v for v in shown.values() if not isinstance(v, Hidden))
    ranges = [range(1, 5) if shown[k] == Hidden.SMALL else range(5, left + 1) for k in hidden]
    return [
        dict(zip(hidden, filled, strict=True)) for filled in product(*ranges) if sum(filled) == left
    ]


def test_three_women_are_shown_as_fewer_than_five_and_do_not_follow_from_the_total():
    shown = protect({"women": 3, "men": 40, "other": 9})

    assert shown == {"women": Hidden.SMALL, "men": 40, "other": Hidden.WITHHELD}


def test_what_is_never_small_is_told_as_it_is():
    assert protect({"women": 5, "men": 0}) == {"women": 5, "men": 0}


def test_where_nothing_can_hide_a_small_number_nothing_is_told():
    assert protect({"women": 3}) is None
    assert protect({"women": 1, "men": 5}) is None


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, LARGEST), min_size=1, max_size=4))
def test_a_hidden_number_could_still_be_any_from_1_to_4(values):
    cells = dict(enumerate(values))
    shown = protect(cells)
    if shown is None:
        return

    ways = possible(shown, sum(values))

    for key, value in shown.items():
        if value == Hidden.SMALL:
            assert {way[key] for way in ways} == {1, 2, 3, 4}
        elif value == Hidden.WITHHELD:
            assert len({way[key] for way in ways}) > 1
        else:
            assert value == cells[key]
            assert not 0 < value < 5


trees = st.recursive(
    st.integers(0, LARGEST).map(lambda n: Node("", n)),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(
        lambda parts: Node("", sum(p.value for p in parts), parts)
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(trees)
def test_what_is_hidden_shows_no_parts_so_that_each_sum_stands_alone(tree):
    def look(told):
        if isinstance(told.value, Hidden):
            assert told.parts == ()
        elif told.parts:
            shown = {n: part.value for n, part in enumerate(told.parts)}
            ways = possible(shown, told.value)
            for key, value in shown.items():
                if value == Hidden.SMALL:
                    assert {way[key] for way in ways} == {1, 2, 3, 4}
        for part in told.parts:
            look(part)

    look(tell(tree))
