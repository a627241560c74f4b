"""The desk as a browser sees it."""

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.enums import Role
from municipalities.rls import municipality_scope
from participation.models import Image
from proposals import resources
from proposals.enums import MilestoneState, ProposalState, Verdict
from proposals.models import Answer, AnswerTemplate, Milestone, Proposal
from tests.factories import (
    AnswerFactory,
    AnswerTemplateFactory,
    MilestoneFactory,
    MunicipalityFactory,
    ProposalFactory,
    ResidentFactory,
    RoleGrantFactory,
    SupportFactory,
    TechnicalSheetFactory,
    UserFactory,
)
from tests.proposals.pictures import photo


OK, FOUND, NO, NONE = 200, 302, 403, 404
REASON = "Both ask for the same bridge."
ANSWER = {"verdict": "accepted", "text": "Yes.", "signed_by": "R. Paredes", "office": "Works"}


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(contact_office="Office of participation")
    with municipality_scope(municipality):
        yield municipality


def signed_in(user=None, *, role=None, municipality=None):
    """A browser of somebody, in English, with their second step done."""
    if role:
        with municipality_scope(municipality):
            user = RoleGrantFactory(municipality=municipality, role=role).user
    browser = Client(headers={"accept-language": "en"})
    if user:
        browser.force_login(user)
        session = browser.session
        session["second_factor"] = True
        session.save()
    return browser


@pytest.fixture
def administrator(otuzco):
    return signed_in(role=Role.ADMINISTRATOR, municipality=otuzco)


def at(name, municipality, *args):
    return reverse(f"proposals:{name}", args=[municipality.slug, *args])


def due(municipality, days, **fields):
    defaults = {"state": ProposalState.EVALUATION, "reached_at": timezone.now()}
    return ProposalFactory(
        municipality=municipality,
        published=True,
        answer_due_on=timezone.localdate() + timedelta(days=days),
        **defaults | fields,
    )


ACCESS = [
    # page, method, visitor, resident, administrator, moderator, evaluator, desk officer,
    # administrator next door
    ("desk", "get", (FOUND, NONE, OK, OK, OK, NONE, NONE)),
    ("export", "get", (FOUND, NONE, OK, OK, OK, NONE, NONE)),
    ("templates", "get", (FOUND, NONE, OK, NO, OK, NONE, NONE)),
    ("template_new", "get", (FOUND, NONE, OK, NO, OK, NONE, NONE)),
    ("bulk_evaluate", "post", (FOUND, NONE, FOUND, NO, FOUND, NONE, NONE)),
    ("bulk_merge", "post", (FOUND, NONE, FOUND, FOUND, FOUND, NONE, NONE)),
    ("case", "get", (FOUND, NONE, OK, OK, OK, NONE, NONE)),
    ("answer", "get", (FOUND, NONE, OK, NO, OK, NONE, NONE)),
    ("sheet", "get", (FOUND, NONE, OK, NO, OK, NONE, NONE)),
    ("start_evaluation", "post", (FOUND, NONE, FOUND, NO, FOUND, NONE, NONE)),
    ("finish", "post", (FOUND, NONE, FOUND, NO, FOUND, NONE, NONE)),
    ("hide", "get", (FOUND, NONE, OK, OK, NO, NONE, NONE)),
    ("merge", "get", (FOUND, NONE, OK, OK, NO, NONE, NONE)),
]
WITHOUT_ROW = {"desk", "export", "templates", "template_new", "bulk_evaluate", "bulk_merge"}


@pytest.mark.parametrize(("name", "method", "expected"), ACCESS)
def test_who_may_open_what(otuzco, name, method, expected):
    next_door = MunicipalityFactory()
    people = [
        signed_in(),
        signed_in(ResidentFactory(district=otuzco.place).user),
        signed_in(role=Role.ADMINISTRATOR, municipality=otuzco),
        signed_in(role=Role.MODERATOR, municipality=otuzco),
        signed_in(role=Role.EVALUATOR, municipality=otuzco),
        signed_in(role=Role.DESK_OFFICER, municipality=otuzco),
        signed_in(role=Role.ADMINISTRATOR, municipality=next_door),
    ]
    args = [] if name in WITHOUT_ROW else [due(otuzco, 3).pk]

    answers = [getattr(person, method)(at(name, otuzco, *args)) for person in people]

    assert tuple(answer.status_code for answer in answers) == expected


def test_the_desk_shows_what_waits_oldest_due_first_and_how_late(otuzco, administrator):
    due(otuzco, 9, title="Later")
    due(otuzco, -21, title="Late")
    due(otuzco, 2, title="Soon")
    ProposalFactory(municipality=otuzco, published=True, title="Still gathering")

    response = administrator.get(at("desk", otuzco))

    titles = [case.title for case, _badge in response.context["cards"]]
    assert titles == ["Late", "Soon", "Later"]
    assert response.context["cards"][0][0].days_late in range(11, 16)
    assert "working days late" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("cola=umbral", "Reached"),
        ("cola=evaluacion", "Studied"),
        ("cola=vencidas", "Studied"),
        ("cola=sin-hitos", "Accepted"),
        ("cola=ocultas", "Hidden"),
        ("cola=juntan-apoyos", "Gathering"),
        ("cola=todas&q=athering", "Gathering"),
    ],
)
def test_the_desk_is_filtered_by_its_address(otuzco, administrator, query, title):
    due(otuzco, 5, title="Reached", state=ProposalState.THRESHOLD)
    due(otuzco, -5, title="Studied")
    accepted = due(otuzco, 1, title="Accepted", state=ProposalState.ANSWERED)
    AnswerFactory(proposal=accepted, municipality=otuzco, published_at=timezone.now())
    ProposalFactory(municipality=otuzco, published=True, title="Gathering")
    hidden = {"hidden_at": timezone.now(), "hidden_by": UserFactory(), "hidden_reason": "Insults"}
    ProposalFactory(municipality=otuzco, published=True, title="Hidden", **hidden)
    ProposalFactory(municipality=otuzco, title="A draft")

    response = administrator.get(f"{at('desk', otuzco)}?{query}")

    assert [case.title for case, _badge in response.context["cards"]] == [title]


@pytest.mark.parametrize("query", ["cola=x&tema=999&page=x", "q=%00", "tema=abc", "page=-1"])
def test_a_senseless_address_is_answered(otuzco, administrator, query):
    assert administrator.get(f"{at('desk', otuzco)}?{query}").status_code == OK
    assert administrator.get(f"{at('export', otuzco)}?{query}").status_code == OK


@pytest.mark.parametrize("name", ["desk", "answers", "export"])
def test_lists_ask_the_same_queries_for_one_or_many(
    otuzco, administrator, name, django_assert_num_queries
):
    def rows(count):
        for _n in range(count):
            case = due(otuzco, -30)
            TechnicalSheetFactory(proposal=case, municipality=otuzco, office="Works")
            answered = due(otuzco, 1, state=ProposalState.ANSWERED)
            AnswerFactory(proposal=answered, municipality=otuzco, published_at=timezone.now())

    rows(1)
    administrator.get(at(name, otuzco))
    with CaptureQueriesContext(connection) as one:
        administrator.get(at(name, otuzco))
    rows(3)

    with django_assert_num_queries(len(one)):
        assert administrator.get(at(name, otuzco)).status_code == OK


def test_an_answer_is_drafted_read_and_published(otuzco, administrator):
    case = due(otuzco, 5)
    page = at("answer", otuzco, case.pk)

    drafted = administrator.post(page, ANSWER)
    assert drafted.url == at("answer_publish", otuzco, case.pk)
    read = administrator.get(drafted.url)
    seen = hidden_value(read, "seen")
    published = administrator.post(drafted.url, {"seen": seen}, follow=True)

    assert "have been told" in published.content.decode()
    assert Answer.objects.get().published_at is not None
    assert Proposal.objects.get().state == ProposalState.ANSWERED


def test_nobody_overwrites_a_colleague_without_being_told(otuzco, administrator):
    case = due(otuzco, 5)
    page = at("answer", otuzco, case.pk)
    administrator.post(page, ANSWER)
    seen = hidden_value(administrator.get(page), "seen")
    colleague = RoleGrantFactory(municipality=otuzco, user__display_name="Luis Paz").user
    signed_in(colleague).post(page, ANSWER | {"text": "Theirs.", "seen": seen})

    told = administrator.post(page, ANSWER | {"text": "Mine.", "seen": seen})
    assert told.status_code == 422
    assert "Luis Paz has saved another draft" in told.text
    assert "Mine." in told.text
    assert Answer.objects.get().text == "Theirs."
    administrator.post(page, ANSWER | {"text": "Mine.", "seen": hidden_value(told, "seen")})
    assert Answer.objects.get().text == "Mine."


def hidden_value(response, name):
    return response.text.split(f'name="{name}" value="')[1].split('"')[0]


def test_nothing_of_a_draft_shows_to_citizens(otuzco, administrator):
    case = due(otuzco, 5)
    administrator.post(at("answer", otuzco, case.pk), ANSWER | {"text": "A SECRET DRAFT"})
    visitor = signed_in()

    for page in (
        case.get_absolute_url(),
        at("answers", otuzco),
        at("feed", otuzco),
        at("open_data_csv", otuzco),
    ):
        response = visitor.get(page)
        text = b"".join(response).decode()
        assert response.status_code == OK
        assert "SECRET" not in text
        assert "R. Paredes" not in text


def test_a_refusal_in_two_words_is_explained_and_what_was_written_stays(otuzco, administrator):
    case = due(otuzco, 5)
    refusal = ANSWER | {"verdict": "not_accepted", "text": "No way."}
    administrator.post(at("answer", otuzco, case.pk), refusal)

    response = administrator.post(at("answer_publish", otuzco, case.pk), follow=True)

    assert "at least 60 characters" in response.content.decode()
    assert Answer.objects.get().text == "No way."


def test_a_published_answer_leads_to_its_correction(otuzco, administrator):
    case = due(otuzco, 5, state=ProposalState.ANSWERED)
    AnswerFactory(proposal=case, municipality=otuzco, published_at=timezone.now())

    response = administrator.post(at("answer", otuzco, case.pk), ANSWER)
    assert response.url == at("answer_correct", otuzco, case.pk)
    administrator.post(response.url, ANSWER | {"reason": "The name of the office was wrong."})

    text = signed_in().get(case.get_absolute_url()).content.decode()
    assert "The name of the office was wrong." in text
    assert "Yes, because it serves many." in text  # what it said before


def test_an_answer_starts_from_a_template_of_this_place_only(otuzco, administrator):
    case = due(otuzco, 5, title="A bridge")
    ours = AnswerTemplateFactory(municipality=otuzco, text="About «[título]»: yes, because…")
    elsewhere = MunicipalityFactory()
    with municipality_scope(elsewhere):
        theirs = AnswerTemplateFactory(municipality=elsewhere, text="THEIRS")

    page = at("answer", otuzco, case.pk)

    assert "About «A bridge»: yes" in administrator.get(f"{page}?plantilla={ours.pk}").text
    for other in (theirs.pk, "x", "9" * 30, ""):
        response = administrator.get(f"{page}?plantilla={other}")
        assert response.status_code == OK
        assert "THEIRS" not in response.text


def test_templates_are_written_changed_and_deleted(otuzco, administrator):
    fields = {"title": "Yes", "verdict": "accepted", "text": "We accept it because…"}
    administrator.post(at("template_new", otuzco), fields)
    template = AnswerTemplate.objects.get()
    administrator.post(at("template", otuzco, template.pk), fields | {"title": "A warm yes"})
    assert AnswerTemplate.objects.get().title == "A warm yes"
    assert "A warm yes" in administrator.get(at("templates", otuzco)).text

    administrator.post(at("template_delete", otuzco, template.pk))
    assert not AnswerTemplate.objects.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("answer", ANSWER | {"text": ""}),
        ("answer", ANSWER | {"text": "x" * 100_000}),
        ("answer", ANSWER | {"signed_by": "a\x00b"}),
        ("answer", ANSWER | {"verdict": "perhaps"}),
        ("sheet", {"estimated_cost": "-3", "beneficiaries": "many"}),
        ("sheet", {"estimated_cost": "9" * 40}),
        ("sheet", {"beneficiaries": "9" * 40}),
        ("hide", {"reason": "no"}),
        ("merge", {"reason": REASON, "code": "NO-SUCH"}),
        ("merge", {"reason": REASON}),
        ("merge", {"reason": REASON, "similar": "x"}),
    ],
)
def test_bad_input_is_explained_at_its_field_and_nothing_happens(otuzco, administrator, name, data):
    case = due(otuzco, 5, title="A bridge over the river")
    ProposalFactory(municipality=otuzco, published=True, title="The bridge over the river")

    response = administrator.post(at(name, otuzco, case.pk), data)

    assert response.status_code == 422
    assert "error-summary" in response.text
    assert not case.thread.events.exists()


def test_the_internal_notes_are_seen_at_the_desk_and_nowhere_else(otuzco, administrator):
    case = due(otuzco, 5)
    fields = {"office": "Works", "is_competence": "true", "notes": "INTERNAL", "estimated_cost": ""}
    administrator.post(at("sheet", otuzco, case.pk), fields)

    assert "INTERNAL" in administrator.get(at("case", otuzco, case.pk)).text
    public = signed_in().get(case.get_absolute_url()).text
    assert "INTERNAL" not in public
    assert "Works" in public
    book = load_workbook(io.BytesIO(administrator.get(at("export", otuzco)).content)).active
    assert "INTERNAL" not in str(list(book.values))


def test_milestones_with_a_photo_from_the_form_to_the_public_page(otuzco, administrator):
    case = due(otuzco, 5, state=ProposalState.ANSWERED)
    AnswerFactory(proposal=case, municipality=otuzco, published_at=timezone.now())
    administrator.post(at("start_work", otuzco, case.pk))
    administrator.post(
        at("milestone_add", otuzco, case.pk), {"title": "Pipes", "due_on": "2030-03-05"}
    )
    step = Milestone.objects.get()
    complete = at("milestone_complete", otuzco, case.pk, step.pk)

    tomorrow = timezone.localdate() + timedelta(days=1)
    assert administrator.post(complete, {"done_on": tomorrow.isoformat()}).status_code == 422
    bare = administrator.post(complete, {"done_on": "2026-01-05", "photo": photo()})
    assert "photo shows" in bare.text
    false = {"done_on": "2026-01-05", "photo": photo(broken=True), "photo_description": "Pipes"}
    assert administrator.post(complete, false).status_code == 422
    administrator.post(complete, false | {"photo": photo()})

    step.refresh_from_db()
    assert (step.state, step.done_on) == (MilestoneState.DONE, date(2026, 1, 5))
    public = signed_in().get(case.get_absolute_url()).text
    assert Image.objects.get().url(960) in public
    assert "All milestones are reached" in administrator.get(at("case", otuzco, case.pk)).text
    administrator.post(at("finish", otuzco, case.pk))
    assert Proposal.objects.get().state == ProposalState.DONE


def test_a_milestone_of_another_proposal_does_not_exist_here(otuzco, administrator):
    case = due(otuzco, 5)
    other = MilestoneFactory(proposal=due(otuzco, 5), municipality=otuzco)

    for name in ("milestone_change", "milestone_complete", "milestone_remove"):
        assert administrator.get(at(name, otuzco, case.pk, other.pk)).status_code == NONE


def test_a_moderator_does_not_decide_on_their_own_proposal(otuzco):
    moderator = RoleGrantFactory(municipality=otuzco, role=Role.MODERATOR).user
    own = ProposalFactory(municipality=otuzco, published=True, author=moderator)
    browser = signed_in(moderator)

    for name in ("hide", "restore", "merge", "undo_merge"):
        response = browser.post(at(name, otuzco, own.pk), {"reason": REASON})
        assert response.status_code == NO
    assert "another moderator" in browser.get(at("case", otuzco, own.pk)).text
    own.refresh_from_db()
    assert not own.is_hidden


def test_hiding_and_showing_again_from_the_desk(otuzco, administrator):
    case = due(otuzco, 5)

    administrator.post(
        at("hide", otuzco, case.pk), {"rule": "insult", "reason": "It insults a neighbour."}
    )
    hidden = administrator.get(at("case", otuzco, case.pk)).text
    assert "It insults a neighbour." in hidden
    administrator.post(at("restore", otuzco, case.pk), {"reason": "It was a mistake."})

    public = signed_in().get(case.get_absolute_url()).text
    assert "Hidden by moderation" in public
    assert "insults" not in public


def test_duplicates_are_offered_joined_and_parted(otuzco, administrator):
    one = ProposalFactory(municipality=otuzco, published=True, title="A bridge over the Huancay")
    other = ProposalFactory(municipality=otuzco, published=True, title="Bridge over the Huancay")
    SupportFactory(proposal=one)
    page = at("merge", otuzco, one.pk)
    assert other.code in administrator.get(page).text

    administrator.post(page, {"similar": other.pk, "reason": REASON})
    other.refresh_from_db()
    assert other.support_count == 1
    visitor = signed_in()
    assert visitor.get(one.get_absolute_url()).url == other.get_absolute_url()
    alone = f"{one.get_absolute_url()}?sola=1"
    assert alone in visitor.get(other.get_absolute_url()).text
    assert "Joined to another proposal" in visitor.get(alone).text
    assert one.title in administrator.get(at("case", otuzco, other.pk)).text

    administrator.post(at("undo_merge", otuzco, one.pk), {"reason": "Two bridges."})
    other.refresh_from_db()
    assert other.support_count == 0


def test_a_proposal_is_joined_by_its_code(otuzco, administrator):
    one, other = ProposalFactory.create_batch(2, municipality=otuzco, published=True)

    administrator.post(
        at("merge", otuzco, one.pk), {"code": f" {other.code.lower()} ", "reason": REASON}
    )

    one.refresh_from_db()
    assert one.merged_into == other


def test_several_are_taken_up_and_ids_of_elsewhere_neither_change_nor_show(otuzco, administrator):
    ours = due(otuzco, 5, state=ProposalState.THRESHOLD)
    gathering = ProposalFactory(municipality=otuzco, published=True)
    elsewhere = MunicipalityFactory()
    with municipality_scope(elsewhere):
        theirs = due(elsewhere, 5, state=ProposalState.THRESHOLD, title="THEIRS")
    mixed = [ours.pk, theirs.pk, gathering.pk, "x", "", "9" * 30, "-1"]

    response = administrator.post(at("bulk_evaluate", otuzco), {"ids": mixed}, follow=True)

    assert "Under evaluation now: 1." in response.text
    assert "THEIRS" not in response.text
    ours.refresh_from_db()
    assert ours.state == ProposalState.EVALUATION
    with municipality_scope(elsewhere):
        theirs.refresh_from_db()
        assert theirs.state == ProposalState.THRESHOLD
        assert not theirs.thread.events.exists()


def test_several_are_joined_and_ids_of_elsewhere_neither_change_nor_show(otuzco, administrator):
    one, other, third = ProposalFactory.create_batch(3, municipality=otuzco, published=True)
    elsewhere = MunicipalityFactory()
    with municipality_scope(elsewhere):
        theirs = ProposalFactory(municipality=elsewhere, published=True, title="THEIRS")
    ids = [one.pk, other.pk, third.pk, theirs.pk]
    page = at("bulk_merge", otuzco)

    asked = administrator.post(page, {"ids": ids})
    assert "THEIRS" not in asked.text
    assert administrator.post(page, {"ids": ids, "target": theirs.pk, "reason": REASON}).status_code
    assert not Proposal.objects.filter(state=ProposalState.MERGED).exists()
    administrator.post(page, {"ids": ids, "target": other.pk, "reason": REASON})

    assert set(Proposal.objects.filter(merged_into=other)) == {one, third}
    with municipality_scope(elsewhere):
        theirs.refresh_from_db()
        assert theirs.state == ProposalState.GATHERING


def test_one_alone_is_not_joined(otuzco, administrator):
    case = due(otuzco, 5)

    response = administrator.post(at("bulk_merge", otuzco), {"ids": [case.pk]}, follow=True)

    assert "at least two" in response.text


def test_nothing_changes_on_get(otuzco, administrator):
    case = due(otuzco, 5, state=ProposalState.THRESHOLD)
    AnswerFactory(proposal=case, municipality=otuzco)

    for name in ("start_evaluation", "start_work", "finish", "answer_publish", "hide", "merge"):
        administrator.get(at(name, otuzco, case.pk))

    case.refresh_from_db()
    assert case.state == ProposalState.THRESHOLD
    assert not case.thread.events.exists()


def test_more_than_a_spreadsheet_holds_is_open_data(otuzco, administrator, monkeypatch):
    monkeypatch.setattr(resources, "XLSX_AT_MOST", 0)
    case = due(otuzco, 5)

    assert administrator.get(at("export", otuzco)).url == at("open_data", otuzco)
    page = reverse("admin:proposals_proposal_changelist")
    data = {"action": "as_spreadsheet", "_selected_action": [case.pk]}
    assert "too many" in administrator.post(page, data, follow=True).text


def test_without_its_token_no_form_does_anything(otuzco):
    case = due(otuzco, 5, state=ProposalState.THRESHOLD)
    officer = RoleGrantFactory(municipality=otuzco, second_step=True).user
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(officer)

    assert browser.post(at("start_evaluation", otuzco, case.pk)).status_code == NO
    case.refresh_from_db()
    assert case.state == ProposalState.THRESHOLD


def test_drafts_of_citizens_are_not_at_the_desk(otuzco, administrator):
    draft = ProposalFactory(municipality=otuzco)

    assert administrator.get(at("case", otuzco, draft.pk)).status_code == NONE


def test_everybody_sees_how_late_answers_are_and_whose_office_owes_them(otuzco):
    late = due(otuzco, -40, title="A late bridge")
    TechnicalSheetFactory(proposal=late, municipality=otuzco, office="Infrastructure")
    due(otuzco, -30, title="A late school")
    due(otuzco, 3, title="In time")
    answered = due(otuzco, 0, state=ProposalState.ANSWERED, title="Answered")
    Proposal.objects.filter(pk=answered.pk).update(reached_at=timezone.now() - timedelta(days=12))
    AnswerFactory(
        proposal=answered,
        municipality=otuzco,
        verdict=Verdict.NOT_ACCEPTED,
        published_at=timezone.now(),
    )

    response = signed_in().get(at("answers", otuzco))

    assert [p.title for p in response.context["page"]] == ["A late bridge", "A late school"]
    assert response.context["median_days"] == 12
    for words in ("Infrastructure", "Office of participation", "Not accepted"):
        assert words in response.text


def test_pages_of_an_empty_place_answer(otuzco, administrator):
    for name in ("desk", "templates", "answers", "open_data", "open_data_csv", "export"):
        assert administrator.get(at(name, otuzco)).status_code == OK


def test_the_dictionary_says_what_each_column_of_the_file_means(otuzco):
    visitor = signed_in()
    head = b"".join(visitor.get(at("open_data_csv", otuzco))).decode("utf-8-sig").splitlines()[0]
    page = visitor.get(at("open_data", otuzco)).text

    for column in head.split(","):
        assert f"<code>{column}</code>" in page


def test_who_watches_over_a_place_reads_its_proposals_in_the_admin_and_no_drafts(otuzco):
    due(otuzco, -40, title="A late bridge")
    ProposalFactory(municipality=otuzco, title="A draft")
    moderator = signed_in(role=Role.MODERATOR, municipality=otuzco)
    page = reverse("admin:proposals_proposal_changelist")

    shown = moderator.get(page).text
    assert "A late bridge" in shown
    assert "A draft" not in shown
    ids = list(Proposal.objects.values_list("pk", flat=True))
    answer = moderator.post(page, {"action": "as_spreadsheet", "_selected_action": ids})
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert [row[1] for row in rows[1:]] == ["A late bridge"]
    case = Proposal.objects.get(title="A late bridge")
    change = reverse("admin:proposals_proposal_change", args=[case.pk])
    assert at("case", otuzco, case.pk) in moderator.get(change).text
    assert moderator.post(change, {"title": "Mine"}).status_code == NO
