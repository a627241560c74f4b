"""What the clock starts. Nothing waits for it: whether a debate is open follows from the hour."""

from celery import shared_task
from django.db import transaction
from django.db.models import Count, F, Q

from debates import trending
from debates.models import Debate, StatementVote
from debates.tasks.opinion import analyse_debate
from municipalities.models import Municipality
from municipalities.rls import region_scope, scoped_transaction


@shared_task
def refresh_trends() -> int:
    """Bring the order of every municipality's list up to date."""
    with transaction.atomic(), region_scope("debates: which places the clock has work in"):
        ids = list(Debate.objects.order_by().values_list("municipality_id", flat=True).distinct())
    moved = 0
    for municipality in Municipality.objects.filter(pk__in=ids):
        with scoped_transaction(municipality):
            moved += trending.refresh(municipality)
    return moved


@shared_task
def analyse_what_is_behind() -> int:
    """Look again at the debates whose votes were not all looked at: an order may have been lost."""
    with transaction.atomic(), region_scope("debates: whose votes were not all looked at"):
        counted = StatementVote.objects.filter(statement__thread__is_public=True)
        votes = counted.order_by().values(place=F("municipality"), debate=F("statement__debate"))
        behind = votes.annotate(
            given=Count("pk"), known=F("statement__debate__analysis__votes")
        ).filter(Q(known=None) | ~Q(known=F("given")))
        orders = list(behind.values_list("place", "debate"))
    return sum(analyse_debate(municipality, debate) for municipality, debate in orders)
