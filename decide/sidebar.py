"""The admin's sidebar: grouped by what somebody comes to do, not by where the code keeps it."""

from django.apps import apps
from django.contrib import admin
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from municipalities.models import Municipality


ATTEND, MINE, PEOPLE = _("Attend"), _("My municipality"), _("People and roles")
PADRON, REGION = _("Padrón"), _("Region")

# The desks where staff work lie below each municipality's address, open to these roles.
DESKS = [
    (
        ATTEND,
        "proposals:desk",
        _("Proposals"),
        "lightbulb",
        {Role.ADMINISTRATOR, Role.MODERATOR, Role.EVALUATOR},
    ),
    (
        ATTEND,
        "desk:home",
        _("Residents, in person"),
        "how_to_reg",
        {Role.ADMINISTRATOR, Role.DESK_OFFICER},
    ),
    (PADRON, "desk:padrones", _("Padrón"), "groups", {Role.ADMINISTRATOR}),
]
# Each model that the admin shows has its place here, with an icon of Material Symbols.
MODELS = {
    MINE: {
        "municipalities.Municipality": "account_balance",
        "proposals.Proposal": "lightbulb",
        "proposals.ProposalSettings": "rule",
        "participation.Category": "category",
        "municipalities.Interest": "mark_email_unread",
        "municipalities.MunicipalityEvent": "manage_history",
    },
    PEOPLE: {
        "accounts.RoleGrant": "badge",
        "accounts.User": "person",
        "accounts.AccessLog": "policy",
    },
    REGION: {
        "municipalities.Place": "map",
        "participation.Intervention": "receipt_long",
    },
}


def navigation(request):
    """The groups with what this person may do; empty ones stay out."""
    groups = {title: [] for title in (ATTEND, MINE, PEOPLE, PADRON, REGION)}
    for group, name, url, icon in desks(request.user):
        groups[group].append({"title": name, "icon": icon, "link": url})
    for group, models in MODELS.items():
        for label, icon in models.items():
            model = apps.get_model(label)
            page = admin.site.get_model_admin(model)
            if page.has_view_permission(request):
                groups[group].append(
                    {
                        "title": capfirst(model._meta.verbose_name_plural),
                        "icon": icon,
                        "link": reverse(
                            f"admin:{model._meta.label_lower.replace('.', '_')}_changelist"
                        ),
                    }
                )
    start = {"title": _("What waits for you"), "icon": "inbox", "link": reverse("admin:index")}
    return [
        {"title": None, "items": [start]},
        *(
            {"title": title, "items": items, "separator": True}
            for title, items in groups.items()
            if items
        ),
    ]


def desks(user):
    """The desks of the person's municipalities: group, name, address and icon of each."""
    own = Municipality.objects.filter(pk__in={pk for _role, pk in user.roles})
    several = len(own) > 1
    for municipality in own:
        roles = {role for role, pk in user.roles if pk == municipality.pk}
        for group, view, name, icon, wanted in DESKS:
            if roles & wanted:
                title = f"{name} · {municipality.short_name}" if several else name
                yield group, title, reverse(view, args=[municipality.slug]), icon
