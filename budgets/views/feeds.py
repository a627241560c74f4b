from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.models import Budget
from decide.common.markdown import to_html
from municipalities.middleware import municipality_or_404
from participation.views.feeds import IN_A_FEED, PublicFeed, printable


class BudgetsFeed(PublicFeed):
    """The newest participatory budgets of a municipality."""

    def get_object(self, request, municipality_slug):
        return municipality_or_404(request)

    def title(self, municipality):
        return _("Participatory budgets of %(place)s") % {"place": municipality}

    def link(self, municipality):
        return reverse("budgets:index", args=[municipality.slug])

    def feed_url(self, municipality):
        return reverse("budgets:feed", args=[municipality.slug])

    def author_name(self, municipality):
        return str(municipality)

    def items(self, municipality):
        newest = Budget.objects.for_municipality(municipality).public()
        found = list(newest.order_by("-created_at", "-pk")[:IN_A_FEED])
        for budget in found:
            budget.municipality = municipality
        return found

    def item_description(self, budget):
        return str(to_html(printable(budget.text)))

    def item_pubdate(self, budget):
        return budget.opened_at or budget.created_at

    def item_updateddate(self, budget):
        return budget.cancelled_at or self.item_pubdate(budget)
