"""The card with one statement to vote on, which the debate's page and the statements' own share."""

from django.urls import reverse

from debates import opinion_page
from debates.enums import StatementChoice
from debates.models import Statement
from debates.opinion.choice import in_order
from debates.rules.statements import why_not_vote
from decide.common.permissions import Reason
from decide.common.refusals import sign_in


SHOWN_ON_DEBATE = 3


def statements_of(debate, user):
    """Everything public to vote on, with what this person has said."""
    found = Statement.objects.public().filter(debate=debate).with_choice_of(user)
    return list(found.select_related("thread"))


def section_context(request, debate):
    """What the debate's own page shows of it (debates/_statements.html)."""
    if not debate.takes_statements:
        return {}
    statements = statements_of(debate, request.user)
    rows = opinion_page.rows_of(statements)
    return vote_context(request, debate, statements) | {
        "consensus": rows["consensus"][:SHOWN_ON_DEBATE],
        "division": rows["division"][:SHOWN_ON_DEBATE],
    }


def vote_context(request, debate, statements):
    """The card with one statement to vote on (debates/_vote.html)."""
    person = request.user.pk or 0
    waiting = {one.pk: one for one in statements if one.choice is None}
    order = in_order(person, [opinion_page.tally_of(one) for one in waiting.values()])
    reason = why_not_vote(request.user, debate)
    if reason and not request.user.is_authenticated and reason.url == reverse("account_login"):
        reason = Reason(reason.text, sign_in(address_of(debate)), reason.action)
    return {
        "debate": debate,
        "statement": waiting[order[0]] if order else None,
        "given": len(statements) - len(waiting),
        "there": len(statements),
        "vote_reason": reason,
        "choices": StatementChoice.choices,
    }


def address_of(debate):
    return reverse("debates:statements", args=[debate.municipality.slug, debate.pk])
