"""What the clock starts. What people read follows from the dates, so that nothing waits for it.

It may run twice, or at once with another, or after days without a worker: each day of review is
told once.
"""

from celery import shared_task
from django.utils import timezone

from municipalities.everywhere import for_each
from processes.actions import outcomes
from processes.models import Outcome


@shared_task
def remind_of_reviews() -> int:
    """Remind staff of the outcomes whose day of review has come."""
    due = Outcome.objects.filter(review_on__lte=timezone.localdate()).select_related("process")
    return sum(for_each(due, outcomes.remind, reason="processes: outcomes to look at again"))
