"""The admin's sidebar: grouped by what somebody comes to do, not by where the code keeps it."""

from django.apps import apps
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


# Each model that the admin shows has its place here, with an icon of Material Symbols.
TASKS = [
    (
        _("Attend"),
        {
            "proposals.Proposal": "lightbulb",
            "proposals.Answer": "reply",
            "proposals.Milestone": "flag",
            "proposals.TechnicalSheet": "construction",
            "participation.Event": "history",
        },
    ),
    (
        _("My municipality"),
        {
            "municipalities.Municipality": "account_balance",
            "proposals.ProposalSettings": "rule",
            "proposals.AnswerTemplate": "description",
            "participation.Category": "category",
            "municipalities.Interest": "mark_email_unread",
            "municipalities.MunicipalityEvent": "manage_history",
        },
    ),
    (
        _("People and roles"),
        {
            "accounts.RoleGrant": "badge",
            "accounts.User": "person",
            "accounts.Resident": "how_to_reg",
            "accounts.Consent": "handshake",
            "accounts.AccessLog": "policy",
        },
    ),
    (
        _("Padrón"),
        {
            "municipalities.Padron": "groups",
            "municipalities.PadronEntry": "list",
            "municipalities.PadronImport": "upload_file",
        },
    ),
    (
        _("Region"),
        {
            "municipalities.Place": "map",
            "municipalities.Population": "bar_chart",
            "participation.Intervention": "receipt_long",
        },
    ),
]


def navigation(request):
    """The groups with what this person may see; empty ones stay out."""
    groups = [
        {
            "title": None,
            "items": [
                {"title": _("What waits for you"), "icon": "inbox", "link": reverse("admin:index")},
            ],
        }
    ]
    for title, models in TASKS:
        items = [
            {"title": name, "icon": icon, "link": url}
            for label, icon in models.items()
            for name, url in _page(request, label)
        ]
        if items:
            groups.append({"title": title, "items": items, "separator": True})
    return groups


def _page(request, label):
    """Name and address of a model's page in the admin, if it has one and the person may see it."""
    try:
        model = apps.get_model(label)
    except LookupError:  # a room that comes later
        return
    page = admin.site._registry.get(model)
    if page and page.has_view_permission(request):
        opts = model._meta
        name = str(opts.verbose_name_plural)
        yield (
            name[:1].upper() + name[1:],
            reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
        )
