"""The admin's sidebar: grouped by what somebody comes to do, not by where the code keeps it."""

from django.apps import apps
from django.contrib import admin
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from decide.common.admin import is_regional
from municipalities.models import Municipality
from participation.rules.moderation import waiting_for


ATTEND, MINE, PEOPLE = _("Attend"), _("My municipality"), _("People and roles")
PADRON, REGION = _("Padrón"), _("Region")
AGREEMENTS, MEASURES = _("Agreements and transfer"), _("Baseline and indicators")
LEARNING = _("Evaluation and learning")

MODERATION = "participation:moderation"
# The desks where staff work lie below each municipality's address, open to these roles.
DESKS = [
    (
        ATTEND,
        "proposals:desk",
        _("Proposals to attend to"),
        "lightbulb",
        {Role.ADMINISTRATOR, Role.MODERATOR, Role.EVALUATOR},
    ),
    (
        ATTEND,
        "debates:desk",
        _("Debates to conclude"),
        "forum",
        {Role.ADMINISTRATOR, Role.EVALUATOR},
    ),
    (
        ATTEND,
        "votes:desk",
        _("Votes to prepare and to count"),
        "how_to_vote",
        {Role.ADMINISTRATOR, Role.EVALUATOR},
    ),
    (
        ATTEND,
        "budgets:desk",
        _("Participatory budgets to run"),
        "savings",
        {Role.ADMINISTRATOR, Role.EVALUATOR},
    ),
    (
        ATTEND,
        "budgets:desk",
        _("Participatory budgets"),
        "savings",
        {Role.ADMINISTRATOR, Role.EVALUATOR},
    ),
    (
        ATTEND,
        "votes:tables",
        _("Tables of papers"),
        "ballot",
        {Role.ADMINISTRATOR, Role.DESK_OFFICER},
    ),
    (
        ATTEND,
        MODERATION,
        _("Moderation"),
        "gavel",
        {Role.ADMINISTRATOR, Role.MODERATOR},
    ),
    (
        ATTEND,
        "participation:signals",
        _("Signals"),
        "monitoring",
        {Role.ADMINISTRATOR, Role.OBSERVER, Role.REGIONAL_ADMINISTRATOR},
    ),
    (
        ATTEND,
        "municipalities:workload",
        _("What waits, of every kind"),
        "inventory",
        {Role.ADMINISTRATOR, Role.MODERATOR, Role.EVALUATOR},
    ),
    (MINE, "participation:newsletter_desk", _("Newsletters"), "campaign", {Role.ADMINISTRATOR}),
    (
        ATTEND,
        "desk:home",
        _("Residents, in person"),
        "how_to_reg",
        {Role.ADMINISTRATOR, Role.DESK_OFFICER},
    ),
    (
        MINE,
        "agreed:indicator_periods",
        _("Values of indicators"),
        "pin",
        {Role.ADMINISTRATOR},
    ),
    (PADRON, "desk:padrones", _("Padrón"), "groups", {Role.ADMINISTRATOR}),
    (MINE, "agreed:baselines", _("Baseline"), "assignment_turned_in", {Role.ADMINISTRATOR}),
    (MINE, "agreed:transfers", _("Our transfers"), "move_up", {Role.ADMINISTRATOR}),
    (
        MINE,
        "agreed:desk",
        _("Convenios: what is due"),
        "handshake",
        {Role.ADMINISTRATOR},
    ),
    (
        MINE,
        "agreed:interests",
        _("Say that you are interested"),
        "waving_hand",
        {Role.ADMINISTRATOR},
    ),
]
# Each model that the admin shows has its place here, with an icon of Material Symbols.
MODELS = {
    MINE: {
        "municipalities.Municipality": "account_balance",
        "proposals.Proposal": "lightbulb",
        "proposals.ProposalSettings": "rule",
        "debates.Debate": "forum",
        "norms.Norm": "gavel",
        "norms.Version": "history_edu",
        "norms.OfficeAnswer": "mark_chat_read",
        "norms.Initiative": "draw",
        "votes.Poll": "how_to_vote",
        "budgets.Budget": "savings",
        "budgets.Agent": "groups_2",
        "budgets.Work": "construction",
        "budgets.Evaluation": "fact_check",
        "budgets.Count": "calculate",
        "budgets.Minutes": "description",
        "budgets.CommitteeMember": "visibility",
        "budgets.CommitteeReport": "summarize",
        "budgets.Project": "engineering",
        "budgets.ImportedElection": "upload_file",
        "processes.Process": "account_tree",
        "processes.Outcome": "flag",
        "processes.Meeting": "event",
        "processes.Minutes": "history_edu",
        "processes.Undertaking": "task_alt",
        "processes.Escalation": "moving",
        "votes.Desk": "storefront",
        "votes.Shift": "schedule",
        "participation.Category": "category",
        "participation.ConversationSettings": "forum",
        "participation.Decision": "gavel",
        "municipalities.Interest": "mark_email_unread",
        "municipalities.MunicipalityEvent": "manage_history",
    },
    PEOPLE: {
        "accounts.RoleGrant": "badge",
        "accounts.User": "person",
        "accounts.AccessLog": "policy",
    },
    # Planners' own: convenios, practices, transfers; and what is measured.
    AGREEMENTS: {
        "agreements.Practice": "star",
        "agreements.PracticeVersion": "difference",
        "processes.ProcessTemplate": "content_copy",
        "agreements.Transfer": "move_up",
        "agreements.Activity": "groups",
        "agreements.Advice": "support_agent",
        "agreements.OutreachAct": "campaign",
        "agreements.Agreement": "handshake",
        "agreements.WorkItem": "checklist",
        "agreements.Evidence": "fact_check",
        "agreements.Task": "task_alt",
        "agreements.Addendum": "post_add",
        "agreements.Report": "summarize",
        "agreements.AgreementTemplate": "article",
        "agreements.Organization": "corporate_fare",
        "agreements.Office": "contact_mail",
        "agreements.Member": "badge",
        "agreements.ActionPlan": "flag",
        "agreements.Commitment": "task",
        "agreements.Milestone": "signpost",
        "agreements.Responsibility": "assignment_ind",
        "agreements.Assessment": "grading",
        "agreements.SourceDocument": "source",
    },
    MEASURES: {
        "agreements.BaselineSheet": "assignment_turned_in",
        "agreements.Interest": "waving_hand",
        "agreements.PriorityScenario": "balance",
        "agreements.Conflict": "warning",
        "agreements.MoneyReceived": "payments",
        "agreements.PriorityInput": "dataset",
        "agreements.Indicator": "monitoring",
        "agreements.Period": "date_range",
        "agreements.Target": "track_changes",
        "agreements.Entry": "pin",
    },
    LEARNING: {
        "agreements.QualityScore": "star_half",
        "agreements.SelfAnswer": "rule",
        "agreements.Evaluation": "assessment",
        "agreements.Observation": "visibility",
        "agreements.OversightReport": "summarize",
        "agreements.CitizenCheck": "thumbs_up_down",
        "agreements.Learning": "school",
        "agreements.Certificate": "workspace_premium",
        "agreements.NetworkEntry": "hub",
        "agreements.EndForm": "task",
    },
    REGION: {
        "municipalities.Place": "map",
        "participation.Intervention": "receipt_long",
    },
}


def navigation(request):
    """The groups with what this person may do; empty ones stay out."""
    groups = {
        title: []
        for title in (ATTEND, AGREEMENTS, MEASURES, LEARNING, MINE, PEOPLE, PADRON, REGION)
    }
    for group, name, url, icon, badge in desks(request.user):
        groups[group].append({"title": name, "icon": icon, "link": url, "badge": badge})
    for group, models in MODELS.items():
        for label, icon in models.items():
            if link := page(request, apps.get_model(label)):
                groups[group].append({"icon": icon, **link})
    # The region's people look after all municipalities, not after one of their own.
    titles = {MINE: _("Municipalities")} if is_regional(request.user) else {}
    start = {"title": _("What waits for you"), "icon": "inbox", "link": reverse("admin:index")}
    return [
        {"title": None, "items": [start]},
        *(
            {"title": titles.get(title, title), "items": items, "separator": True}
            for title, items in groups.items()
            if items
        ),
    ]


def page(request, model):
    """Title and address of a model's list, if the person may see it; of one's only municipality,
    its settings."""
    model_admin = admin.site.get_model_admin(model)
    if not model_admin.has_view_permission(request):
        return None
    name = model._meta.label_lower.replace(".", "_")
    own = {pk for _role, pk in request.user.roles}
    if model is Municipality and len(own) == 1 and not is_regional(request.user):
        return {"title": _("Settings"), "link": reverse(f"admin:{name}_change", args=own)}
    return {
        "title": capfirst(model._meta.verbose_name_plural),
        "link": reverse(f"admin:{name}_changelist"),
    }


def desks(user):
    """The desks of the person's municipalities: group, name, address, icon and what waits there."""
    own = Municipality.objects.filter(pk__in={pk for _role, pk in user.roles})
    several = len(own) > 1
    for municipality in own:
        roles = {role for role, pk in user.roles if pk == municipality.pk}
        for group, view, name, icon, wanted in DESKS:
            if roles & wanted:
                title = f"{name} · {municipality.short_name}" if several else name
                badge = waiting_for(user, municipality) if view == MODERATION else None
                yield group, title, reverse(view, args=[municipality.slug]), icon, badge
