"""The admin shows each person what their roles give, whatever address they type."""

from io import BytesIO

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role
from accounts.models import AccessLog, RoleGrant
from agreements.models import Agreement
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality, Place
from municipalities.rls import municipality_scope
from participation.models import Category
from proposals.models import ProposalSettings
from tests.agreements.factories import AgreementFactory, in_the_region
from tests.agreements.test_walls import factory_of as factory_of_agreements
from tests.budgets.factories import (
    AgentFactory,
    BudgetFactory,
    CommitteeMemberFactory,
    CommitteeReportFactory,
    CountFactory,
    EvaluationFactory,
    ImportedElectionFactory,
    MinutesFactory,
    ProjectFactory,
    WorkFactory,
)
from tests.factories import (
    CategoryFactory,
    ConversationSettingsFactory,
    DebateFactory,
    DecisionFactory,
    DeskFactory,
    InterestFactory,
    InterventionFactory,
    MunicipalityEventFactory,
    MunicipalityFactory,
    PollFactory,
    ProposalFactory,
    ProposalSettingsFactory,
    RegionPlaceFactory,
    RoleGrantFactory,
    ShiftFactory,
    UserFactory,
)
from tests.norms.factories import (
    InitiativeFactory,
    NormFactory,
    OfficeAnswerFactory,
    VersionFactory,
)
from tests.processes.factories import (
    EscalationFactory,
    MeetingFactory,
    MinutesFactory as ActaFactory,
    OutcomeFactory,
    ProcessFactory,
    ProcessTemplateFactory,
    UndertakingFactory,
)


MODELS = [(model._meta.app_label, model._meta.model_name) for model in admin.site._registry]


@pytest.fixture
def towns():
    return MunicipalityFactory.create_batch(2)


@pytest.fixture
def ours(towns):
    return towns[0]


@pytest.fixture
def theirs(towns):
    return towns[1]


def staff(municipality, role=Role.ADMINISTRATOR):
    with municipality_scope(municipality):
        return RoleGrantFactory(municipality=municipality, role=role).user


def regional(role):
    region = Municipality.objects.filter(kind=MunicipalityKind.REGION).first()
    region = region or MunicipalityFactory(
        kind=MunicipalityKind.REGION, place=RegionPlaceFactory(), slug="la-libertad"
    )
    return staff(region, role)


def things_of(municipality):
    """One of everything the admin shows, in one municipality."""
    with municipality_scope(municipality):
        grant = RoleGrantFactory(municipality=municipality, role=Role.MODERATOR)
        return {
            "municipality": municipality,
            "place": municipality.place,
            "municipalityevent": MunicipalityEventFactory(municipality=municipality),
            "interest": InterestFactory(municipality=municipality),
            "rolegrant": grant,
            "user": grant.user,
            "category": CategoryFactory(municipality=municipality),
            "intervention": InterventionFactory(municipality=municipality),
            "proposal": ProposalFactory(municipality=municipality, published=True),
            "debate": DebateFactory(municipality=municipality),
            "proposalsettings": ProposalSettingsFactory(municipality=municipality),
            "conversationsettings": ConversationSettingsFactory(municipality=municipality),
            "decision": DecisionFactory(municipality=municipality),
            "poll": PollFactory(municipality=municipality),
            "budget": BudgetFactory(municipality=municipality),
            "agent": AgentFactory(municipality=municipality),
            "work": WorkFactory(municipality=municipality, published=True),
            "evaluation": EvaluationFactory(municipality=municipality),
            "count": CountFactory(municipality=municipality),
            "minutes": MinutesFactory(municipality=municipality),
            "committeemember": CommitteeMemberFactory(municipality=municipality),
            "committeereport": CommitteeReportFactory(municipality=municipality),
            "project": ProjectFactory(municipality=municipality),
            "importedelection": ImportedElectionFactory(municipality=municipality),
            "norm": NormFactory(municipality=municipality),
            "version": VersionFactory(municipality=municipality),
            "officeanswer": OfficeAnswerFactory(municipality=municipality),
            "initiative": InitiativeFactory(municipality=municipality),
            "desk": DeskFactory(municipality=municipality),
            "shift": ShiftFactory(municipality=municipality),
            "process": ProcessFactory(municipality=municipality),
            "outcome": OutcomeFactory(municipality=municipality),
            "meeting": MeetingFactory(municipality=municipality),
            "undertaking": UndertakingFactory(municipality=municipality),
            "escalation": EscalationFactory(municipality=municipality),
            "processtemplate": ProcessTemplateFactory(),
            "accesslog": AccessLog.objects.create(
                viewer=UserFactory(), person=grant.user, where="/admin/"
            ),
        }


def thing_of(municipality, app, model):
    """One of these, in a municipality; of the region's work one that the municipality is part of."""
    if (app, model) == ("processes", "minutes"):  # of a meeting; a budget has one of its own
        with municipality_scope(municipality):
            return ActaFactory(municipality=municipality)
    if app != "agreements":
        return things_of(municipality)[model]
    wanted = apps.get_model(app, model)
    fields = {field.name: field for field in wanted._meta.concrete_fields}
    with municipality_scope(municipality):
        agreement = AgreementFactory(towns=[municipality])
        if wanted is Agreement:
            return agreement
        given = {"municipality": municipality} if "municipality" in fields else {}
        if "agreement" in fields and not fields["agreement"].null:
            given["agreement"] = agreement
        return factory_of_agreements(wanted)(**given)


def listed(page):
    """The rows of a list as they were read inside the request's scope."""
    return list(page.context["cl"].result_list)


def url(app, model, page, *args):
    return reverse(f"admin:{app}_{model}_{page}", args=args)


def test_every_page_of_the_admin_is_tried_here(theirs):
    others = {model for app, model in MODELS if app != "agreements"}
    assert others == set(things_of(theirs))


@pytest.mark.parametrize(("app", "model"), MODELS)
def test_an_administrator_neither_sees_nor_opens_another_municipality_s(
    client, ours, theirs, app, model
):
    thing = thing_of(theirs, app, model)
    client.force_login(staff(ours))

    answers = {
        page: client.get(url(app, model, page, thing.pk)).status_code
        for page in ("change", "history", "delete")
    }
    posted = client.post(url(app, model, "change", thing.pk), {"name": "Ours now"}).status_code
    page = client.get(url(app, model, "changelist"))

    assert set(answers.values()) | {posted} <= {302, 403, 404}
    if page.status_code == 200:
        assert thing not in listed(page)
        assert url(app, model, "change", thing.pk) not in page.content.decode()
    with in_the_region() if app == "agreements" else municipality_scope(theirs):
        assert type(thing).objects.filter(pk=thing.pk).exists()


@pytest.mark.parametrize(("app", "model"), MODELS)
def test_an_administrator_finds_what_is_their_own(client, ours, app, model):
    """The control of the test above: it would see a leak."""
    thing = thing_of(ours, app, model)
    client.force_login(staff(ours))

    page = client.get(url(app, model, "changelist"))

    if model in ("accesslog", "processtemplate") or app == "agreements":  # only the region's
        assert page.status_code == 403
    else:
        assert thing in listed(page)


@pytest.mark.parametrize("page", ["abrir", "preparar", "pausar", "mudar"])
def test_another_municipality_s_space_is_not_opened_by_address(client, ours, theirs, page):
    client.force_login(staff(ours))
    address = f"/admin/municipalities/municipality/{theirs.pk}/{page}"

    for answer in (client.get(address), client.post(address, {"reason": "x", "slug": "mine"})):
        assert answer.status_code in (301, 302, 403, 404)
        assert answer.status_code != 200

    before = (theirs.state, theirs.slug)
    theirs.refresh_from_db()
    assert (theirs.state, theirs.slug) == before


def test_a_row_cannot_be_given_to_another_municipality(client, ours, theirs):
    client.force_login(staff(ours))

    page = client.post(
        "/admin/participation/category/add/",
        {"municipality": theirs.pk, "name_es": "Intrusa", "code": "intrusa", "is_active": "on"},
    )

    assert page.status_code == 200
    assert page.context["adminform"].form.errors["municipality"]
    with municipality_scope(theirs):
        assert not Category.objects.filter(code="intrusa").exists()


def test_an_action_with_ids_of_two_municipalities_changes_only_one_s_own(client, ours, theirs):
    """Nor does it tell that the others exist."""
    with municipality_scope(ours):
        mine = CategoryFactory(municipality=ours)
    with municipality_scope(theirs):
        other = CategoryFactory(municipality=theirs)
    page = admin.site.get_model_admin(Category)
    touched = []

    def retire(modeladmin, request, queryset):
        touched.extend(queryset.values_list("pk", flat=True))
        queryset.update(is_active=False)

    page.actions = [retire]
    try:
        client.force_login(staff(ours))
        answer = client.post(
            "/admin/participation/category/",
            {"action": "retire", "_selected_action": [mine.pk, other.pk]},
        )
    finally:
        page.actions = []

    assert answer.status_code == 302
    assert touched == [mine.pk]
    with municipality_scope(theirs):
        other.refresh_from_db()
        assert other.is_active


def test_reading_in_one_place_gives_no_action_there(client, ours, theirs):
    """An administrator here who moderates there changes only what is here."""
    with municipality_scope(ours):
        mine = CategoryFactory(municipality=ours)
    with municipality_scope(theirs):
        other = CategoryFactory(municipality=theirs)
    person = staff(ours)
    with municipality_scope(theirs):
        RoleGrantFactory(municipality=theirs, role=Role.MODERATOR, user=person)
    client.force_login(person)

    seen = listed(client.get("/admin/participation/category/"))
    answer = client.post(
        f"/admin/participation/category/{other.pk}/change/", {"name_es": "X", "code": "x"}
    )

    assert {mine, other} <= set(seen)
    assert answer.status_code == 403


@pytest.mark.parametrize("role", [Role.PLANNER, Role.REGIONAL_ADMINISTRATOR, Role.OBSERVER])
def test_regional_roles_see_every_municipality(client, towns, role):
    client.force_login(regional(role))

    page = client.get("/admin/municipalities/municipality/")

    assert set(towns) <= set(listed(page))


@pytest.mark.parametrize(("app", "model"), MODELS)
def test_an_observer_reads_and_changes_nothing(client, ours, app, model):
    thing = thing_of(ours, app, model)
    client.force_login(regional(Role.OBSERVER))

    change = client.post(url(app, model, "change", thing.pk), {"name_es": "Changed"})
    add = client.post(url(app, model, "add"), {"name_es": "Added"})
    delete = client.post(url(app, model, "delete", thing.pk), {"post": "yes"})
    page = client.get(url(app, model, "changelist"))

    assert {change.status_code, add.status_code, delete.status_code} == {403}
    assert page.status_code in (200, 403)
    if page.status_code == 200:
        shown = page.context["cl"].model_admin
        assert set(shown.get_actions(page.wsgi_request)) <= set(shown.reading_actions)


def test_an_observer_sees_no_people(client, ours):
    things_of(ours)
    client.force_login(regional(Role.OBSERVER))

    for page in ("user", "rolegrant", "accesslog"):
        assert client.get(f"/admin/accounts/{page}/").status_code == 403


def test_a_place_of_another_municipality_is_not_offered(client, ours, theirs):
    client.force_login(staff(ours))

    seen = listed(client.get("/admin/municipalities/place/"))

    assert seen == [ours.place]
    assert Place.objects.count() > 1


def test_searching_the_admin_finds_no_other_municipality_s(client, ours, theirs):
    Municipality.objects.filter(pk=theirs.pk).update(name="Municipalidad de Sarapampa")
    client.force_login(staff(ours))

    page = client.get("/admin/municipalities/municipality/", {"q": "Sarapampa"})
    anything = client.get("/admin/search/", {"s": "munici", "page": "no number"})

    assert listed(page) == []
    assert anything.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "proposals/proposal/?state__exact=%00",
        "municipalities/place/%00/change/",
        "search/?s=munici&page=99999999999999999999",
    ],
)
def test_an_address_that_makes_no_sense_is_no_failure(client, ours, path):
    client.force_login(staff(ours))

    assert client.get(f"/admin/{path}").status_code in (200, 404)


@pytest.mark.parametrize(
    ("model", "field"),
    [("rolegrant", "user"), ("rolegrant", "municipality"), ("accesslog", "person")],
)
def test_what_completes_itself_offers_nothing_of_another_municipality(
    client, ours, theirs, model, field
):
    person = things_of(theirs)["user"]
    client.force_login(staff(ours))

    for term in (person.display_name, theirs.name, ""):
        answer = client.get(
            "/admin/autocomplete/",
            {"app_label": "accounts", "model_name": model, "field_name": field, "term": term},
        )
        offered = [row["text"] for row in answer.json()["results"]]

        assert answer.status_code == 200
        assert person.display_name not in offered
        assert theirs.short_name not in offered


def test_the_export_of_proposals_holds_one_s_own_only(client, ours, theirs):
    things = [things_of(town)["proposal"] for town in (ours, theirs)]
    client.force_login(staff(ours))

    sent = client.post(
        "/admin/proposals/proposal/",
        {"action": "as_spreadsheet", "_selected_action": [thing.pk for thing in things]},
    )

    sheet = load_workbook(BytesIO(sent.getvalue())).active
    cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
    assert things[0].title in cells
    assert things[1].title not in cells


@pytest.mark.parametrize("ids", [["x"], ["\x00"], ["99999999999999999999"], ["1", "1.5"]])
def test_ids_that_cannot_be_any_are_no_failure(client, ours, ids):
    things_of(ours)
    client.force_login(staff(ours))

    sent = client.post(
        "/admin/proposals/proposal/", {"action": "as_spreadsheet", "_selected_action": ids}
    )

    assert sent.status_code in (200, 400)


@pytest.mark.parametrize(("app", "model"), MODELS)
def test_a_list_asks_as_much_for_one_municipality_as_for_two(client, towns, app, model):
    client.force_login(regional(Role.REGIONAL_ADMINISTRATOR))
    address = url(app, model, "changelist")
    asked = []
    for town in towns:
        things_of(town)
        client.get(address)  # what is only asked once in a while
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked.append(len(queries))

    assert asked[0] == asked[1]


# --- Who comes in


def test_a_citizen_and_a_visitor_do_not_come_in(client):
    assert client.get("/admin/").status_code == 302
    client.force_login(UserFactory())
    assert client.get("/admin/", follow=True).status_code == 403


def test_the_admin_carries_its_own_policy_and_is_never_kept(client, ours):
    client.force_login(staff(ours))

    page = client.get("/admin/")

    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "no-store" in page.headers["Cache-Control"]


# --- The first page


def test_an_administrator_finds_what_waits_for_them_and_nothing_of_others(client, ours, theirs):
    for town, title in ((ours, "Puente de Salpo"), (theirs, "Mercado ajeno")):
        with municipality_scope(town):
            ProposalFactory(municipality=town, published=True, state="threshold", title=title)
    client.force_login(staff(ours))

    page = client.get("/admin/").content.decode()

    assert "Puente de Salpo" in page
    assert "Mercado ajeno" not in page


def test_a_planner_finds_the_board_of_open_spaces(client, towns):
    region = regional(Role.PLANNER)
    client.force_login(region)

    board = client.get("/admin/", {"tablero": "espacios"}).context["board"]

    assert {row.municipality for row in board} == {
        m for m in Municipality.objects.all() if m.place_id.startswith("13") and m.is_open
    }


@pytest.mark.parametrize("role", Role)
def test_the_first_page_answers_for_every_role(client, ours, role):
    is_regional = role in (Role.PLANNER, Role.REGIONAL_ADMINISTRATOR, Role.OBSERVER)
    client.force_login(regional(role) if is_regional else staff(ours, role))

    assert client.get("/admin/").status_code == 200


def test_every_page_of_the_admin_has_its_place_in_the_sidebar(client):
    from decide.sidebar import MODELS as PLACED  # noqa: PLC0415

    placed = {label.lower() for group in PLACED.values() for label in group}
    registered = {f"{app}.{model}" for app, model in MODELS}
    assert registered == placed


# --- Roles


def give(client, **values):
    return client.post(
        "/admin/accounts/rolegrant/add/",
        {"starts_on": "2026-01-01", "ends_on": "", **values},
    )


def test_an_administrator_gives_a_role_in_their_municipality(client, ours):
    person = UserFactory(email="ana@example.org")
    giver = staff(ours)
    client.force_login(giver)

    page = give(client, contact="ANA@example.org", municipality=ours.pk, role="moderator")

    assert page.status_code == 302
    with municipality_scope(ours):
        grant = RoleGrant.objects.get(user=person)
        assert (grant.role, grant.granted_by) == ("moderator", giver)


@pytest.mark.parametrize(
    "forged", [{"role": "planner"}, {"role": "regional_admin"}, {"role": "nothing"}]
)
def test_an_administrator_cannot_give_a_regional_role(client, ours, forged):
    person = UserFactory(email="ana@example.org")
    client.force_login(staff(ours))

    give(client, contact="ana@example.org", municipality=ours.pk, **forged)

    with municipality_scope(ours):
        assert not RoleGrant.objects.filter(user=person).exists()


def test_an_administrator_cannot_give_a_role_elsewhere(client, ours, theirs):
    person = UserFactory(email="ana@example.org")
    client.force_login(staff(ours))

    page = give(client, contact="ana@example.org", municipality=theirs.pk, role="moderator")

    assert page.status_code == 200
    with municipality_scope(theirs):
        assert not RoleGrant.objects.filter(user=person).exists()


@pytest.mark.parametrize("contact", ["", "nobody@example.org", "x" * 100_000, "a\x00b", "<b>"])
def test_a_person_who_is_not_found_is_said_at_the_field(client, ours, contact):
    client.force_login(staff(ours))

    page = give(client, contact=contact, municipality=ours.pk, role="moderator")

    assert page.status_code == 200
    assert page.context["adminform"].form.errors["contact"]


def test_nobody_gives_a_role_to_themselves(client, ours):
    giver = staff(ours)
    client.force_login(giver)

    page = client.post(
        "/admin/accounts/rolegrant/add/",
        {
            "contact": giver.email,
            "municipality": ours.pk,
            "role": "moderator",
            "starts_on": "2026-01-01",
        },
    )

    assert page.status_code == 200
    assert page.context["adminform"].form.non_field_errors()


def test_a_role_ends_by_the_button_and_says_who_ended_it(client, ours):
    with municipality_scope(ours):
        grant = RoleGrantFactory(municipality=ours, role=Role.MODERATOR)
    ender = staff(ours)
    client.force_login(ender)
    address = reverse("admin:accounts_rolegrant_end_now", args=[grant.pk])

    asked = client.get(address)
    done = client.post(address)

    assert (asked.status_code, done.status_code) == (200, 302)
    with municipality_scope(ours):
        grant.refresh_from_db()
        assert grant.revoked_by == ender


def test_opening_a_person_s_page_is_written_down(client, ours):
    with municipality_scope(ours):
        colleague = RoleGrantFactory(municipality=ours, role=Role.MODERATOR).user
    looker = staff(ours)
    client.force_login(looker)

    client.get(f"/admin/accounts/user/{colleague.pk}/change/")

    (line,) = AccessLog.objects.all()
    assert (line.viewer, line.person) == (looker, colleague)


def test_the_log_of_accesses_can_be_downloaded_for_one_person(client, ours):
    with municipality_scope(ours):
        colleague = RoleGrantFactory(municipality=ours, role=Role.MODERATOR).user
    line = AccessLog.objects.create(viewer=UserFactory(), person=colleague, where="=1+1")
    client.force_login(regional(Role.REGIONAL_ADMINISTRATOR))

    page = client.post(
        f"/admin/accounts/accesslog/?q={colleague.email}",
        {"action": "export", "_selected_action": [line.pk]},
    )

    assert "'=1+1" in page.content.decode()


def test_rules_for_proposals_are_each_municipality_s_own(client, ours, theirs):
    with municipality_scope(ours):
        rules = ProposalSettingsFactory(municipality=ours)
    client.force_login(staff(ours))

    page = client.post(
        f"/admin/proposals/proposalsettings/{rules.pk}/change/",
        {
            "threshold_number": "25",
            "threshold_share": "",
            "archive_after_months": "6",
            "answer_within_days": "20",
            "municipality": theirs.pk,
        },
    )

    assert page.status_code == 302
    with municipality_scope(ours):
        assert ProposalSettings.objects.get().threshold_number == 25
