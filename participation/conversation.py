"""What the conversation about a thing shows, on its own page and on that of one comment.

However many comments there are, a page costs the same: a few queries that indexes answer, and
no more rows than it shows. Three levels are on screen; one reads on at a comment's address.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from decide.common.permissions import Reason
from decide.common.refusals import sign_in
from decide.common.typed import number
from participation import kinds
from participation.enums import Side, ThreadKind
from participation.forms.comments import CommentForm
from participation.models import Comment, ConversationSettings, Reaction, Thread
from participation.rules.comments import is_author_of, why_not_react, why_not_speak


if TYPE_CHECKING:
    from django.http import HttpRequest  # noqa: TID251  only its type

    from accounts.models import User

PER_PAGE = 10  # with their replies, as much as a page may weigh
PAGES = 1000  # nobody turns more, and far ones cost the more the farther they are
REPLIES = (1, 1)  # shown at once under a comment, and under each of its replies
OFFICE_REPLIES = 2  # and besides them so many of the municipality's own, wherever they stand
LEVELS = len(REPLIES) + 1
STRONGEST = 3
PLACE = "comentarios"
SHOWN_OF_IT = (
    *("thread_id", "parent_id", "by_resident", "as_office", "organisation", "text"),
    *("side", "mentions"),
    *("created_at", "edited_at", "deleted_at", "hidden_at", "hidden_rule", "reply_count"),
    *("agrees", "disagrees", "resident_agrees", "resident_disagrees"),
    *("author__display_name", "author__handle", "author__deleted_at"),
)


class Order(models.TextChoices):
    """How the comments of a page follow one another; the values are seen in its address."""

    BEST = "mejores", _("Best")
    NEWEST = "nuevos", _("Newest")
    TALKED = "hablados", _("Most discussed")
    OLDEST = "antiguos", _("Oldest")


def conversation_context(
    request: HttpRequest, thread: Thread, *, keep: Iterable[str] = ()
) -> dict[str, Any]:
    """For `participation/_conversation.html`. `keep`: what else of the address its links carry on."""
    return {"conversation": Conversation(request, thread, keep=keep)}


def conversation_key(request: HttpRequest) -> str:
    """What tells the pages of one conversation apart, for those who keep them for visitors."""
    return f"{order_of(request)}:{page_of(request)}"


def order_of(request: HttpRequest) -> Order:
    asked = request.GET.get("orden")
    return Order(asked) if asked in Order.values else Order.BEST


def page_of(request: HttpRequest) -> int:
    return min(max(number(request.GET.get("page")) or 1, 1), PAGES)


class Conversation:
    """One page of what is said about a thing, or in reply to `root`, read when it is drawn."""

    def __init__(
        self,
        request: HttpRequest,
        thread: Thread,
        *,
        root: Comment | None = None,
        keep: Iterable[str] = (),
    ) -> None:
        thread.municipality = request.municipality
        self.request, self.user, self.thread, self.root = request, request.user, thread, root
        self.keep = dict.fromkeys((name for name in keep if name in request.GET), "1")
        self.order, self.number = order_of(request), page_of(request)
        self.is_debate = thread.kind == ThreadKind.DEBATE
        self.has_next = False

    @property
    def address(self) -> str:
        return self.root.get_absolute_url() if self.root else self.thread.path

    def link(self, order: str, page: int = 1) -> str:
        asked = dict(self.keep)
        if order != Order.BEST and not self.root:
            asked["orden"] = str(order)
        if page > 1:
            asked["page"] = str(page)
        query = f"?{urlencode(asked)}" if asked else ""
        return f"{self.address}{query}#{PLACE}"

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        return [(order.label, self.link(order), order == self.order) for order in Order]

    @property
    def previous_link(self) -> str:
        return self.link(self.order, self.number - 1) if self.number > 1 else ""

    @property
    def next_link(self) -> str:
        more = self.has_next and self.number < PAGES
        return self.link(self.order, self.number + 1) if more else ""

    @cached_property
    def counts_everybody(self) -> bool:
        return counts_everybody(self.thread)

    @cached_property
    def reason(self) -> Reason | None:
        """Why this person says nothing here; visitors come back after they have signed in."""
        reason = why_not_speak(self.user, self.thread)
        if reason and reason.url and not self.user.is_authenticated and self.thread.is_public:
            return Reason(reason.text, sign_in(f"{self.address}#{PLACE}"), reason.action)
        return reason

    @cached_property
    def form(self) -> CommentForm | None:
        if self.reason or (self.root and not self.root.is_shown):
            return None
        return new_form(self.user, self.thread, self.root, back=self.request.get_full_path())

    @cached_property
    def comments(self) -> list[Comment]:
        """Those of this page, each with the first of its replies in `branch`."""
        first = (self.number - 1) * PER_PAGE
        found = list(self._between(first, first + PER_PAGE + 1))
        self.has_next = len(found) > PER_PAGE
        page = found[:PER_PAGE]
        level = 2 if self.root else 1
        everything = hang_replies(page, level)
        if own := self._just_said({comment.pk for comment in everything}):
            parent = next((one for one in everything if one.pk == own.parent_id), None)
            if parent:
                own.level = parent.level + 1
                parent.branch.append(own)
            else:
                own.level = level
                page.insert(0, own)
            everything.append(own)
        if self.root:
            self.root.level, self.root.branch = 1, page
            everything.append(self.root)
        prepare(self.user, self.thread, everything, may_speak=self.reason is None)
        return page

    def _between(self, first: int, end: int) -> models.QuerySet[Comment]:
        """Which they are, an index says; only those are read, however many are skipped.

        Asked one after the other: in one query, PostgreSQL may count the pages again for each row.
        """
        comments = Comment.objects.filter(thread=self.thread, parent=self.root)
        ids = list(comments.order_by(*self._sorting).values_list("pk", flat=True)[first:end])
        replies = REPLIES[1] if self.root else REPLIES[0]
        return readable(Comment.objects.filter(pk__in=ids), replies).order_by(*self._sorting)

    @property
    def _sorting(self) -> tuple[str, str]:
        if self.root:
            return ("created_at", "pk")
        return {
            Order.BEST: (f"-{score(self.counts_everybody)}", "-pk"),
            Order.NEWEST: ("-created_at", "-pk"),
            Order.TALKED: ("-reply_count", "-pk"),
            Order.OLDEST: ("created_at", "pk"),
        }[self.order]

    def _just_said(self, shown: set[int]) -> Comment | None:
        """What somebody has just said is on the page they come back to, wherever its place is."""
        asked = number(self.request.GET.get("nuevo"))
        if not asked or asked in shown or not self.user.is_authenticated:
            return None
        if self.root and asked == self.root.pk:
            return None
        own = Comment.objects.of(self.user).filter(thread=self.thread, pk=asked)
        found = readable(own, 0).first()
        if found:
            found.branch = []
        return found

    @cached_property
    def strongest(self) -> list[tuple[str, list[Comment]]]:
        """In a debate the best arguments of either side, of those that somebody agrees with."""
        if not self.is_debate or self.root or self.number > 1 or self.order != Order.BEST:
            return []
        columns = strongest_arguments(self.thread)
        return columns if all(comments for _label, comments in columns) else []


def strongest_arguments(thread: Thread, number: int = STRONGEST) -> list[tuple[str, list[Comment]]]:
    """The best comments for and against, for `participation/_strongest.html`; two queries."""
    order = score(counts_everybody(thread))
    columns = []
    for side, label in ((Side.FOR, _("For")), (Side.AGAINST, _("Against"))):
        found = (
            Comment.objects.shown()
            .top()
            .filter(thread=thread, side=side, **{f"{order}__gt": 0})
            .order_by(f"-{order}", "-pk")
            .select_related("author")
            .only(*SHOWN_OF_IT, "municipality_id")[:number]
        )
        comments = list(found)
        for comment in comments:
            comment.thread, comment.municipality = thread, thread.municipality
        columns.append((label, comments))
    return columns


def counts_everybody(thread: Thread) -> bool:
    """Whether those without proven residence count in the order; without settings they do."""
    mine = ConversationSettings.objects.filter(municipality=thread.municipality_id)
    return mine.values_list("counts_unverified", flat=True).first() is not False


def score(everybody: bool) -> str:
    return "score" if everybody else "resident_score"


def readable(comments: models.QuerySet[Comment], replies: int) -> models.QuerySet[Comment]:
    """With their authors and the ids of so many replies, the oldest first, and the office's."""
    comments = comments.select_related("author").only(*SHOWN_OF_IT)
    if not replies:
        return comments
    below = Comment.objects.filter(parent=OuterRef("pk")).order_by("created_at", "pk").values("pk")
    return comments.annotate(
        first_replies=ArraySubquery(below[:replies]),
        office_replies=ArraySubquery(below.exclude(as_office="")[:OFFICE_REPLIES]),
    )


def hang_replies(comments: list[Comment], level: int) -> list[Comment]:
    """Put the first replies under their comments, down to the last level; all of them together."""
    for comment in comments:
        comment.level, comment.branch = level, []
    if level == LEVELS or not comments:
        return list(comments)
    ids = {pk for comment in comments for pk in (*comment.first_replies, *comment.office_replies)}
    deeper = REPLIES[level] if level < len(REPLIES) else 0
    replies = list(
        readable(Comment.objects.filter(pk__in=ids), deeper).order_by("created_at", "pk")
    )
    above = {comment.pk: comment for comment in comments}
    for reply in replies:
        above[reply.parent_id].branch.append(reply)
    return [*comments, *hang_replies(replies, level + 1)]


def prepare(user: User, thread: Thread, comments: list[Comment], *, may_speak: bool) -> None:
    """Tell each comment what this person may do with it and what they said of it."""
    mine = reactions_of(user, comments)
    answers = kinds.answers_of(thread.kind, [comment.pk for comment in comments])
    for comment in comments:
        comment.answer = answers.get(comment.pk)
        comment.answer_template = kinds.answer_template(thread.kind)
        comment.thread, comment.municipality = thread, thread.municipality
        comment.is_mine = is_author_of(user, comment)
        comment.reaction = mine.get(comment.pk)
        comment.may_react = may_speak and comment.is_shown and not comment.is_mine
        comment.may_reply = may_speak and comment.is_shown
        comment.may_edit = may_speak and comment.is_mine and comment.is_editable
        comment.reaction_id = f"opinion-c{comment.pk}"
        comment.unseen = comment.reply_count - len(getattr(comment, "branch", ()))


def reactions_of(user: User, comments: list[Comment]) -> dict[int, bool]:
    if not user.is_authenticated or not comments:
        return {}
    mine = Reaction.objects.filter(user=user, comment__in=[comment.pk for comment in comments])
    return dict(mine.values_list("comment_id", "agrees"))


def new_form(
    user: User, thread: Thread, parent: Comment | None = None, **typed: Any
) -> CommentForm:
    return CommentForm(
        user=user, thread=thread, parent=parent, initial={"form_key": uuid.uuid4()} | typed
    )


def reaction_of(user: User, thread: Thread, comment: Comment | None = None) -> bool | None:
    """Whether this person agrees; None if they have not said."""
    if not user.is_authenticated:
        return None
    mine = Reaction.objects.filter(user=user, thread=thread, comment=comment)
    return mine.values_list("agrees", flat=True).first()


def reactions_context(
    user: User, thread: Thread, comment: Comment | None = None, given: bool | None = None
) -> dict[str, Any]:
    """For `participation/_reactions.html`: the figures, what this person said, and if they may."""
    name = "react_to_comment" if comment else "react_to_thread"
    about = comment or thread
    return {
        "about": about,
        "reaction": given,
        "reaction_id": f"opinion-{'c' if comment else 't'}{about.pk}",
        "reaction_url": reverse(f"participation:{name}", args=[thread.municipality.slug, about.pk]),
        "may_react": why_not_react(user, thread, comment) is None,
    }
