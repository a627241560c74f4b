"""The median, which one very late answer does not move as it moves the mean."""

from django.db.models import Aggregate


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
