import hashlib

import pytest
from nacl.public import PrivateKey

from votes import merkle
from votes.commitments import NotCanonical, canonical, commitment, short_code
from votes.sealing import CannotOpen, seal, sealed_length, unseal


DIGEST, NONCE = bytes(range(32)), bytes(range(16))


def test_the_same_choices_have_one_form_whatever_the_order_they_were_written_in():
    assert canonical({"b": [1, "ñ"], "a": None}) == '{"a":null,"b":[1,"ñ"]}'.encode()


@pytest.mark.parametrize("value", [0.5, {"a": 1.0}, [b"x"], {1: "a"}])
def test_what_two_programs_could_write_in_two_ways_is_refused(value):
    with pytest.raises(NotCanonical):
        canonical(value)


def test_a_commitment_is_what_the_page_says_it_is():
    choices = {"q1": ["yes"]}
    parts = [b"decide-la-libertad/ballot/1", DIGEST, NONCE, b'{"q1":["yes"]}']
    by_hand = hashlib.sha256(b"".join(len(p).to_bytes(4, "big") + p for p in parts)).digest()

    assert commitment(DIGEST, NONCE, choices) == by_hand


@pytest.mark.parametrize("other", [(bytes(32), NONCE), (DIGEST, bytes(16))])
def test_another_urn_or_nonce_gives_another_commitment(other):
    assert commitment(*other, {"q1": "yes"}) != commitment(DIGEST, NONCE, {"q1": "yes"})


def test_the_short_code_is_the_first_fifty_bits_in_letters_that_are_not_mistaken():
    assert short_code(bytes(32)) == "00000-00000"
    assert short_code(b"\xff" * 32) == "ZZZZZ-ZZZZZ"
    assert len({short_code(hashlib.sha256(bytes([n])).digest()) for n in range(200)}) == 200


def test_an_altered_envelope_does_not_open():
    key = PrivateKey.generate()
    length = sealed_length({"q1": "a" * 100})
    sealed = seal(bytes(key.public_key), NONCE, {"q1": "yes"}, length)

    assert len(sealed) == length
    assert unseal(bytes(key), sealed).choices == {"q1": "yes"}
    for place in (0, 40, len(sealed) - 1):
        bent = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(CannotOpen):
            unseal(bytes(key), bent)
    with pytest.raises(CannotOpen):
        unseal(bytes(PrivateKey.generate()), sealed)


# Heads of the example trees that RFC 6962's own test data gives (leaves of CT's reference).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
HEADS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize(("size", "head"), HEADS.items())
def test_roots_are_those_of_rfc_6962(size, head):
    assert merkle.root(LEAVES[:size]).hex() == head


@pytest.mark.parametrize("size", range(1, 18))
def test_each_leaf_is_proven_to_be_in_and_no_other(size):
    leaves = [bytes([number]) for number in range(size)]
    head = merkle.root(leaves)
    for place, leaf in enumerate(leaves):
        way = merkle.path(leaves, place)
        assert merkle.is_in(leaf, place, size, way, head)
        assert not merkle.is_in(b"other", place, size, way, head)
        assert not merkle.is_in(leaf, place, size, [*way, bytes(32)], head)
        assert not merkle.is_in(leaf, place + 1, size, way, head)
