"""Parts of a key in words, and what people make of them when they type."""

import itertools
import random
import secrets

import pytest
from django.utils.translation import override

from votes import custody


def parts(needed=2, of=3):
    secret = custody.new_secret()
    return secret, [words.split() for words in custody.make_shares(secret, needed, of)]


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def words():
    return parts()[1][0]


@pytest.mark.parametrize(("needed", "of"), [(1, 1), (1, 3), (2, 2), (2, 3), (3, 5), (4, 4)])
def test_any_k_of_the_n_parts_give_the_key_and_one_less_never(needed, of):
    secret, made = parts(needed, of)

    assert len(made) == of
    assert {len(words) for words in made} == {custody.WORDS}
    for some in itertools.permutations(made, needed):
        assert custody.combine(some) == custody.private_key(secret)
    for fewer in itertools.combinations(made, needed - 1):
        with pytest.raises(custody.CannotCombine):
            custody.combine(fewer)


def test_a_part_less_than_needed_fits_every_key(words):
    """With one of two parts, each key is as likely as before: another part makes another key."""
    secrets_made = set()
    for _turn in range(3):
        secret, made = parts()
        secrets_made.add(secret)
        assert custody.combine(made[:2]) == custody.private_key(secret)
    assert len(secrets_made) == 3


def test_more_than_are_needed_give_the_same_key():
    secret, made = parts(2, 5)

    assert custody.combine(made) == custody.private_key(secret)


def test_the_same_part_twice_is_one_part(words):
    with pytest.raises(custody.CannotCombine, match="one more trustee"):
        custody.combine([words, [word.upper()[:4].lower() for word in words]])


def test_parts_of_two_keys_do_not_make_one():
    (_, ours), (_, theirs) = parts(), parts()

    with pytest.raises(custody.CannotCombine):
        custody.combine([ours[0], theirs[1]])


def test_the_hash_knows_the_part_however_it_was_typed(words):
    typed = "\n".join(f"{place}. {word.upper()} " for place, word in enumerate(words, 1))

    assert custody.digest(custody.read(typed)) == custody.digest(words)
    assert custody.digest([word[:4] for word in words]) == custody.digest(words)
    assert custody.digest(parts()[1][0]) != custody.digest(words)


@pytest.mark.parametrize(
    "typed",
    [
        " ácid  ACNE\n\nadapt ",
        "1. acid 2. acne 3. adapt",
        "acid, acne; adapt.",
        ["acid", "acne", "adapt", "", ""],
        ["acid acne", "", "adapt", ""],
        ["Acíd ", " acne", "ÁDAPT"],
    ],
)
def test_capitals_accents_signs_and_spaces_do_not_matter(typed):
    assert custody.read(typed) == ["acid", "acne", "adapt"]


def test_an_empty_field_between_others_keeps_its_place():
    assert custody.read(["acid", "", "adapt", ""]) == ["acid", "", "adapt"]


def test_right_words_have_no_problems(words):
    assert custody.problems(words) == []
    assert custody.problems([word[:4] for word in words]) == []


def test_an_unknown_word_is_named_with_its_place_and_the_nearest_in_the_list(words):
    words[6] = "academico"

    (problem,) = custody.problems(words)

    assert problem.place == 7
    assert problem.text.startswith("«academico» is not in the list of words. Is it «academic»")


def test_what_is_like_nothing_in_the_list_has_no_suggestion(words):
    words[0] = "qqqqqq"

    assert custody.problems(words) == [(1, "«qqqqqq» is not in the list of words.")]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (19, "One word is missing: there are 20, and you typed 19."),
        (12, "8 words are missing: there are 20, and you typed 12."),
        (0, "20 words are missing: there are 20, and you typed 0."),
    ],
)
def test_missing_words_are_counted(words, count, said):
    assert custody.problems(words[:count]) == [(None, said)]


def test_words_too_many_are_counted(words):
    said = "There are too many words: there are 20, and you typed 21."

    assert custody.problems([*words, "acid"]) == [(None, said)]


def test_the_one_wrong_word_is_found_wherever_it_is(words):
    chance = random.Random(4)
    for place in range(custody.WORDS):
        others = [word for word in custody.WORDLIST if word != words[place]]
        typed = [*words[:place], chance.choice(others), *words[place + 1 :]]

        (problem,) = custody.problems(typed)

        assert problem.place == place + 1


def test_two_words_that_changed_places_are_named(words):
    one, other = 3, next(n for n in range(4, 20) if words[n] != words[3])
    words[one], words[other] = words[other], words[one]

    (problem,) = custody.problems(words)

    assert problem == (None, f"Words {one + 1} and {other + 1} seem to have changed places.")


def test_two_wrong_words_are_never_blamed_on_a_third(words):
    chance = random.Random(7)
    for _turn in range(200):
        typed = list(words)
        for place in chance.sample(range(20), 2):
            typed[place] = chance.choice([w for w in custody.WORDLIST if w != words[place]])

        (problem,) = custody.problems(typed)

        assert problem.place is None


def test_whatever_is_typed_is_answered_with_words(words):
    chance = random.Random(11)
    for _turn in range(300):
        typed = [
            chance.choice([word, "", word[:3], secrets.token_hex(3), "ñandú", "💧", word * 9])
            for word in words
        ]
        for problem in custody.problems(custody.read(typed)):
            assert problem.text
