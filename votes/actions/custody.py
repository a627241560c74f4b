"""The three ceremonies: the key is made and proven, the urn closes, its key opens it.

Trustees have no accounts: their words are what proves them. Whatever does not fit is refused
with a sentence for them and changes nothing; whatever was interrupted goes on where it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey
from nacl.secret import SecretBox

from decide.common.words import moment
from votes import custody, handed, keys, links, opening, papers, readiness, sealing, underway
from votes.actions import urn as urns
from votes.actions.polls import locked, record
from votes.commitments import canonical, new_nonce
from votes.enums import UrnState
from votes.models import KeyCeremony, KeyShare, Outcome, Poll, Trustee, Urn
from votes.tasks.opening import in_force, open_soon, open_with


if TYPE_CHECKING:
    from accounts.models import User


class CannotBegin(Exception):
    """The key of this poll cannot be made now."""


class CannotShow(Exception):
    """The words cannot be shown."""


class WrongWords(Exception):
    """These are not the words that are asked for. Nothing was changed."""


class CannotClose(Exception):
    """The urn does not close now."""


class CannotOpen(Exception):
    """The urn cannot be opened now."""


class NoCeremony(CannotOpen):
    """No key was ever made for it."""


class Handout(NamedTuple):
    """What one trustee gets at the key ceremony: this is the only time that it is there."""

    trustee: Trustee
    words: str
    link: str

    @property
    def code(self) -> str:
        return self.link.partition("#")[2]


# --- The key


@transaction.atomic
def begin_keys(poll: Poll, *, by: User, number: int | None = None) -> list[Handout]:
    """Make the key and give each trustee a part; what an earlier ceremony made is void.

    `number` is the ceremony that whoever presses the button believes to begin, so that the same
    button pressed again does not undo the first. The words are in what is returned, and sealed
    to the codes of the links in the database, and nowhere else; the key is gone.
    """
    poll = locked(poll)
    if poll.urn.state != UrnState.FROZEN:
        raise CannotBegin(
            _("The key is made once the rules are frozen, and only until it is proven.")
        )
    earlier = in_force(poll)
    this = earlier.number + 1 if earlier else 1
    if number not in (None, this):
        raise CannotBegin(
            _("Ceremony %(number)d has begun already. Its links were shown once, when it began.")
            % {"number": this - 1}
        )
    trustees = list(poll.trustees.order_by("position"))
    if not poll.keys_needed <= len(trustees) <= custody.MOST_SHARES:
        raise CannotBegin(_("There are not as many trustees as are needed to open."))
    if earlier:
        KeyShare.objects.filter(ceremony__poll=poll).update(sealed=None)
        handed.forget(earlier)

    secret = custody.new_secret()
    key = PrivateKey(custody.private_key(secret))
    ceremony = KeyCeremony(
        municipality_id=poll.municipality_id,
        poll=poll,
        number=this,
        public_key=bytes(key.public_key),
        begun_by=by,
    )
    ceremony.trial = _sealed_trial(ceremony)
    parts = custody.make_shares(secret, poll.keys_needed, len(trustees))
    for some in (parts[: poll.keys_needed], parts[-poll.keys_needed :]):
        _open_trial(ceremony, [part.split() for part in some])
    ceremony.save()
    given = [
        Handout(trustee, part, f"{links.path_of(trustee, poll)}#{links.new_code()}")
        for trustee, part in zip(trustees, parts, strict=True)
    ]
    KeyShare.objects.bulk_create(
        KeyShare(
            municipality_id=poll.municipality_id,
            ceremony=ceremony,
            trustee=one.trustee,
            digest=custody.digest(one.words.split()),
            sealed=bytes(_link_box(poll.urn, one.code).encrypt(one.words.encode())),
        )
        for one in given
    )
    del secret, key, parts
    return given


@transaction.atomic
def show_words(share: KeyShare, code: str) -> list[str]:
    """The words of a part, for whoever has the code of its link; the first time is remembered."""
    poll = locked(share.ceremony.poll)
    share = KeyShare.objects.select_related("ceremony").get(pk=share.pk)
    if share.ceremony != in_force(poll):
        raise CannotShow(_("This ceremony is void: another one was begun. Ask for its link."))
    if share.sealed is None:
        raise CannotShow(_("You have proven that you have your words, so they were erased here."))
    try:
        words = _link_box(poll.urn, links.read_code(code)).decrypt(bytes(share.sealed)).decode()
    except CryptoError as error:
        raise CannotShow(
            _("This is not the code of your link. Look at it again on the screen of the ceremony.")
        ) from error
    if share.seen_at is None:
        share.seen_at = timezone.now()
        share.save(update_fields=["seen_at"])
    return words.split()


@transaction.atomic
def prove(share: KeyShare, words: str | Sequence[str]) -> KeyShare:
    """A trustee shows that they have their part on paper; here it is erased.

    Once as many have as are needed, the trial ballot is opened with their words. When all have,
    and nothing else is missing, the urn takes the key and opens by the clock.
    """
    poll = locked(share.ceremony.poll)
    share = KeyShare.objects.select_related("ceremony", "trustee").get(pk=share.pk)
    ceremony = _current(poll)
    if share.ceremony != ceremony:
        raise WrongWords(_("This ceremony is void: another one was begun. Ask for its link."))
    typed = _words_of(share, words)
    if share.proven_at is None:
        share.proven_at, share.sealed = timezone.now(), None
        share.save(update_fields=["proven_at", "sealed"])
    if ceremony.tried_at is None:
        _hand(ceremony, share, typed)
        there = handed.of(ceremony)
        if len(there) >= poll.keys_needed:
            try_out(ceremony, there.values())
    _accept_if_proven(poll)
    return share


@transaction.atomic
def try_out(ceremony: KeyCeremony, parts: Iterable[str | Sequence[str]]) -> KeyCeremony:
    """Open the trial ballot with the words of as many trustees as are needed, and forget them."""
    poll = locked(ceremony.poll)
    ceremony = _current(poll)
    if ceremony.tried_at:
        return ceremony
    _open_trial(ceremony, [_read(words) for words in parts])
    ceremony.tried_at = timezone.now()
    ceremony.save(update_fields=["tried_at"])
    handed.forget(ceremony)
    _accept_if_proven(poll)
    return ceremony


@transaction.atomic
def accept_key(poll: Poll, *, by: User) -> Poll:
    """What kept the urn from taking a proven key has been put right: take it now."""
    poll = locked(poll)
    if poll.urn.state != UrnState.FROZEN or not is_proven(in_force(poll)):
        raise CannotBegin(_("There is no proven key that waits."))
    if problems := missing(poll):
        raise CannotBegin(" ".join(problems))
    _accept_if_proven(poll)
    return poll


def is_proven(ceremony: KeyCeremony | None) -> bool:
    """Whether every trustee has shown their words, and some have opened the trial with them."""
    return bool(
        ceremony and ceremony.tried_at and not ceremony.shares.filter(proven_at=None).exists()
    )


def _accept_if_proven(poll: Poll) -> None:
    ceremony = _current(poll)
    if not is_proven(ceremony) or poll.urn.state != UrnState.FROZEN:
        return
    if ceremony.proven_at is None:
        ceremony.proven_at = timezone.now()
        ceremony.save(update_fields=["proven_at"])
    if not missing(poll):
        urns.accept_keys(poll.urn, seal_key=bytes(ceremony.public_key))
        record("poll_keys", poll, by=None, data={"ceremony": ceremony.number})


def missing(poll: Poll) -> list[str]:
    return readiness.problems(poll.urn)


def trial_of(ceremony: KeyCeremony) -> dict[str, str | int]:
    """What the trial ballot says, so that everybody can see that it was read."""
    return {"ceremony": ceremony.number, "rules": bytes(ceremony.poll.urn.digest).hex()}


def _sealed_trial(ceremony: KeyCeremony) -> bytes:
    said = trial_of(ceremony)
    length = sealing.sealed_length(said)
    return sealing.seal(bytes(ceremony.public_key), new_nonce(), said, length)


def _open_trial(ceremony: KeyCeremony, parts: Iterable[Sequence[str]]) -> None:
    try:
        key = custody.combine(parts)
        said = sealing.unseal(key, bytes(ceremony.trial)).choices
    except custody.CannotCombine as problem:
        raise WrongWords(str(problem)) from problem
    except sealing.CannotOpen as problem:
        raise WrongWords(_("These words are not those of the key of this urn.")) from problem
    if canonical(said) != canonical(trial_of(ceremony)):
        raise WrongWords(_("The trial ballot does not say what was put into it."))


# --- Closing


@transaction.atomic
def close(poll: Poll, *, by: User) -> Poll:
    """No more ballots, and the last head of the log; by the database's clock."""
    poll = locked(poll)
    if poll.urn.state != UrnState.READY:
        raise CannotClose(_("Only an urn that has taken ballots is closed, and once."))
    if not _is_over(poll.urn):
        raise CannotClose(
            _("It takes ballots until %(day)s.") % {"day": moment(poll.urn.closes_at)}
        )
    urns.close(poll.urn)
    if not poll.thread.events.filter(verb="poll_closed").exists():
        record("poll_closed", poll, by=by, tell=not poll.urn.is_test)
    return poll


def _is_over(urn: Urn) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT votes_clock() >= %s", [urn.closes_at])
        return cursor.fetchone()[0]


# --- Opening


def why_not_open(poll: Poll) -> str:
    """What keeps everybody from opening it now, in words; nothing if the trustees may come."""
    if poll.urn.state == UrnState.OPENED:
        return _("It is open already: see the results.")
    if poll.urn.state != UrnState.CLOSED:
        return _("First the urn is closed.")
    if tables := papers.why_not_ready(poll.urn):
        return _("These tables have to be recounted and settled first: %(tables)s.") % {
            "tables": tables
        }
    return ""


@transaction.atomic
def hand_in(trustee: Trustee, words: str | Sequence[str]) -> KeyShare:
    """A trustee's words, to open the urn. With the last that is needed the opening begins."""
    poll = locked(trustee.poll)
    if reason := why_not_open(poll):
        raise CannotOpen(reason)
    ceremony = _current(poll)
    share = ceremony.shares.select_related("trustee").get(trustee=trustee)
    _hand(ceremony, share, _words_of(share, words))
    if len(handed.of(ceremony)) >= poll.keys_needed:
        open_soon(poll)
    return share


@transaction.atomic
def go_on(poll: Poll, *, by: User) -> Poll:
    """An opening that stopped is taken up with the words that are there still."""
    poll = locked(poll)
    if reason := why_not_open(poll):
        raise CannotOpen(reason)
    if len(handed.of(_current(poll))) < poll.keys_needed:
        raise CannotOpen(_("The words that were typed are no longer there. Type them again."))
    open_soon(poll)
    return poll


@transaction.atomic
def take_up(poll: Poll) -> bool:
    """Begin the opening again if it stopped without a reason; whether it did."""
    poll = locked(poll)
    told = underway.of(poll.urn)
    if why_not_open(poll) or (told and (told.problem or told.runs)):
        return False
    if len(handed.of(_current(poll))) < poll.keys_needed:
        return False
    open_soon(poll)
    return True


@transaction.atomic
def open_now(poll: Poll, parts: Iterable[str | Sequence[str]], *, by: User) -> Outcome:
    """Open with the words of enough trustees at once, without waiting for each on their phone."""
    poll = locked(poll)
    if reason := why_not_open(poll):
        raise CannotOpen(reason)
    ceremony = _current(poll)
    read = [_read(words) for words in parts]
    try:
        outcome = open_with(poll, private_key=custody.combine(read))
    except custody.CannotCombine as problem:
        raise WrongWords(str(problem)) from problem
    except opening.CannotOpenUrn as problem:
        raise CannotOpen(str(problem)) from problem
    known = [custody.digest(words) for words in read]
    ceremony.shares.filter(digest__in=known).update(used_at=timezone.now())
    return outcome


# --- Words


def _words_of(share: KeyShare, words: str | Sequence[str]) -> list[str]:
    """The words of this part, or the sentence that says whose they are or what is wrong."""
    typed = _read(words)
    digest = custody.digest(typed)
    if digest == bytes(share.digest):
        return typed
    of_poll = KeyShare.objects.filter(ceremony__poll=share.ceremony.poll_id, digest=digest)
    other = of_poll.select_related("ceremony", "trustee").first()
    if other is None:
        raise WrongWords(
            _("The words are well written, but they are not of this vote. Is it another sheet?")
        )
    if other.ceremony_id != share.ceremony_id:
        raise WrongWords(
            _(
                "These words are of ceremony %(old)d, which is void."
                " Look for the sheet that says ceremony %(new)d."
            )
            % {"old": other.ceremony.number, "new": share.ceremony.number}
        )
    raise WrongWords(
        _("These are the words of %(name)s. Here those of %(own)s are asked for.")
        % {"name": other.trustee.name, "own": share.trustee.name}
    )


def _read(words: str | Sequence[str]) -> list[str]:
    typed = custody.read(words)
    if found := custody.problems(typed):
        raise WrongWords(
            " ".join(
                _("Word %(place)d: %(text)s") % {"place": place, "text": text} if place else text
                for place, text in found
            )
        )
    return custody.whole(typed)


def _hand(ceremony: KeyCeremony, share: KeyShare, words: list[str]) -> None:
    share.handed, share.handed_at = handed.seal(ceremony, words), timezone.now()
    share.save(update_fields=["handed", "handed_at"])


def _link_box(urn: Urn, code: str) -> SecretBox:
    return SecretBox(keys.link_secret(urn, code))


def _current(poll: Poll) -> KeyCeremony:
    """The ceremony in force, of this very poll as it is locked."""
    ceremony = in_force(poll)
    if ceremony is None:
        raise NoCeremony(_("The key of this vote has not been made yet."))
    ceremony.poll = poll
    return ceremony
