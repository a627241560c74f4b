from celery import shared_task

from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from votes import published
from votes.enums import UrnState
from votes.models import Urn


@shared_task
def publish_package(municipality_id: int, urn_id: int) -> None:
    """Make the public package as soon as there is one, so that no reader waits for it."""
    municipality = Municipality.objects.get(pk=municipality_id)
    with scoped_transaction(municipality):
        urn = Urn.objects.select_related("outcome").get(pk=urn_id)
        if urn.state == UrnState.OPENED:
            published.package_of(urn)
