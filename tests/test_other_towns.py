"""Somebody in one municipality asks, at every address there is, for what belongs to another."""

from uuid import uuid4

import pytest
from django.urls import get_resolver, reverse

from accounts.enums import MUNICIPAL_ROLES, REGIONAL_ROLES
from accounts.models import RoleGrant
from municipalities.enums import MunicipalityKind
from municipalities.rls import municipality_scope
from tests import factories
from tests.agreements import factories as of_agreements
from tests.budgets import factories as of_budgets
from tests.norms import factories as of_norms
from tests.processes import factories as of_processes


def addresses():
    """Each named address below a municipality that leads to one thing: its name and arguments."""
    found = {}
    for pattern in get_resolver().url_patterns:
        if getattr(pattern, "namespace", "") != "admin":
            walk(pattern, getattr(pattern, "namespace", "") or "", {}, found)
    return sorted((name, tuple(sorted(arguments))) for name, arguments in found.items())


def walk(pattern, namespace, arguments, found):
    arguments = arguments | pattern.pattern.converters
    if hasattr(pattern, "url_patterns"):
        for inner in pattern.url_patterns:
            walk(inner, getattr(inner, "namespace", "") or namespace, arguments, found)
    elif "municipality_slug" in arguments and OBJECTS & set(arguments):
        found[f"{namespace}:{pattern.name}"] = set(arguments) - {"municipality_slug"}


# The arguments that name a row; the others say how it is shown.
OBJECTS = {"pk", "uuid", "handle"}
OTHERS = {"title": "x", "width": 480, "encoding": "webp", "milestone": 1, "statement": 1}
OTHERS |= {"question": 1, "attempt": "0" * 32, "token": "1.x"}
OTHERS |= {"step": "budget", "mechanism": "pp"}
OTHERS |= {"component": 1, "activity": 1, "word": "pieza", "of": 1}
OTHERS |= {"step_pk": 1}
OTHERS |= {"state": "presentada"}
OTHERS |= {"version": 1, "before": 1, "after": 1}
OTHERS |= {"agent": 1, "heading": 1, "proposal": 1, "count": 1, "kind": "call"}


# Of a draft norm.
OTHERS |= {"slug": "articulo-1", "number": 1, "part": 1}


def public_thread(municipality):
    return factories.ThreadFactory(municipality=municipality, is_public=True)


# Of what people say about things, and of what moderation does with it.
OF_CONVERSATION = (
    dict.fromkeys(("flag", "moderate", "show_again", "why_hidden", "write_comment"), public_thread)
    | dict.fromkeys(
        (
            "comment",
            "reply",
            "edit_comment",
            "take_back_comment",
            "comment_history",
            "react_to_comment",
            "flag_comment",
            "moderate_comment",
            "show_comment_again",
            "why_comment_hidden",
        ),
        factories.CommentFactory,
    )
    | {
        "moderation_case": factories.CaseFactory,
        "decision": factories.DecisionFactory,
        "undo_decision": factories.DecisionFactory,
        "appeal": factories.AppealFactory,
        "lift_suspension": factories.SuspensionFactory,
        "end_place": factories.DeclaredPlaceFactory,
    }
)


OF_VOTES = dict.fromkeys(
    ("table", "hand_out", "spoiled_paper", "supply_papers", "empty_box", "acta_of_table")
    + ("sums_of_table", "enter", "enter_list", "enter_afresh", "settle_table")
    + ("signatures_sheet", "acta_sheet"),
    factories.TableFactory,
) | {"desk_of_papers": factories.DeskFactory, "end_shift": factories.ShiftFactory}


def put_forward(municipality):
    return of_budgets.WorkFactory(municipality=municipality, published=True)


# Whatever else there is of a budget is asked for by the budget's own number.
OF_BUDGETS = (
    dict.fromkeys(
        ("work", "work_by_number", "work_history", "support_work", "unsupport_work")
        + ("edit_work", "autosave_work_draft", "preview_work", "publish_work", "delete_work")
        + ("withdraw_work", "withdraw_from_ballot", "mend", "appeal", "publish_appeal")
        + ("take_up_one", "put_back", "assign", "score", "score_afresh"),
        put_forward,
    )
    | dict.fromkeys(
        ("evaluate", "evaluation_save", "observe", "step_back", "hand_in", "evaluation_notes"),
        of_budgets.EvaluationFactory,
    )
    | dict.fromkeys(
        ("project", "project_case", "edit_project", "move_project", "delay_project", "spend")
        + ("add_milestone", "complete_milestone", "remove_milestone"),
        of_budgets.ProjectFactory,
    )
    | dict.fromkeys(("end_member", "invite_member"), of_budgets.CommitteeMemberFactory)
    | dict.fromkeys(("report", "answer_report"), of_budgets.CommitteeReportFactory)
    | dict.fromkeys(
        ("election", "election_count", "election_pb", "drop_election"),
        of_budgets.ImportedElectionFactory,
    )
)


def step_of_a_convenio(municipality):
    agreement = of_agreements.AgreementFactory(towns=[municipality], published=True)
    return of_agreements.WorkItemFactory(agreement=agreement)


def published_transfer(municipality):
    return of_agreements.TransferFactory(municipality=municipality, published=True)


OF_EVALUATION = {
    "score_own": of_agreements.ActivityFactory,
    "reply_to_observation": of_agreements.ObservationFactory,
    "evaluate_own": of_agreements.TransferFactory,
    "follow_up": of_agreements.TaskFactory,
    "check_transfer": published_transfer,
    "check_item": step_of_a_convenio,
    "hide_check": of_agreements.CitizenCheckFactory,
}


def step_of(municipality):
    agreement = of_agreements.AgreementFactory(towns=[municipality])
    party = agreement.parties.get(organization__town=municipality)
    return of_agreements.WorkItemFactory(agreement=agreement, party=party)


# Of what a municipality agreed with the region and says of itself.
OF_AGREEMENTS = (
    OF_EVALUATION
    | dict.fromkeys(
        ("baseline", "baseline_step", "baseline_evidence", "lock_baseline", "correct_baseline"),
        of_agreements.BaselineSheetFactory,
    )
    | {
        "withdraw_interest": of_agreements.InterestFactory,
        "answer_task": of_agreements.TaskFactory,
        "timeline": lambda municipality: step_of(municipality).agreement,
        "budget_dossier": lambda municipality: of_budgets.BudgetFactory(
            municipality=municipality, opened=True
        ),
    }
    | dict.fromkeys(("step", "start_step", "submit_step"), step_of)
    | dict.fromkeys(("evidence_file", "remove_evidence"), of_agreements.EvidenceFactory)
    | dict.fromkeys(
        ("transfer", "transfer_readiness", "transfer_adapt", "transfer_preset", "transfer_accept")
        + ("tell_people", "hold_activity", "show_evidence"),
        of_agreements.TransferFactory,
    )
)


def published_convenio(town):
    return of_agreements.AgreementFactory(towns=[town], published=True)


def file_of_a_convenio(town):
    agreement = published_convenio(town)
    return of_agreements.AgreementFileFactory(agreement=agreement, is_public=True)


def report_of_a_convenio(town):
    agreement = published_convenio(town)
    party = agreement.parties.get(organization__town=town)
    return of_agreements.ReportFactory(agreement=agreement, party=party)


OF_CONVENIOS = (
    dict.fromkeys(("convenio", "convenio_pdf", "convenio_docx"), published_convenio)
    | {"convenio_file": file_of_a_convenio}
    | dict.fromkeys(("report", "certify_report"), report_of_a_convenio)
)


def decided(municipality):
    return of_processes.OutcomeFactory(municipality=municipality).process


# Whatever else there is of a process is asked for by the process's own number.
OF_PROCESSES = {"review_outcome": decided}


def a_table(municipality):
    return of_processes.ProcessFactory(municipality=municipality, dialogue=True)


OF_DIALOGUE = (
    dict.fromkeys(("table", "parties", "undertakings", "undertakings_data", "agree"), a_table)
    | dict.fromkeys(("undertaking", "tell", "ask_evidence"), of_processes.UndertakingFactory)
    | dict.fromkeys(
        ("escalation", "take_in_escalation", "answer_escalation"), of_processes.EscalationFactory
    )
    | {"escalate": public_thread}
)


# Whatever else there is of a draft norm is asked for by the norm's own number.
OF_NORMS = {"annotation": of_norms.AnnotationFactory}


def of_the_other_town(name, town):
    """The row which an address would lead to, if it were this town's."""
    app, _, verb = name.partition(":")
    with municipality_scope(town):
        if app == "participation" and "document" in verb:
            return factories.DocumentFactory(municipality=town)
        if app == "participation" and "newsletter" in verb:
            return factories.NewsletterFactory(municipality=town, sent=verb == "newsletter")
        if app == "participation" and verb == "person":
            return factories.CommentFactory(municipality=town).author
        if app == "participation" and verb in OF_CONVERSATION:
            return OF_CONVERSATION[verb](municipality=town)
        if app == "participation" and ("thread" in verb or "follow" in verb):
            return factories.ThreadFactory(municipality=town, is_public=True)
        if app == "participation":
            return factories.ImageFactory(municipality=town)
        if app == "votes" and verb in OF_VOTES:
            return OF_VOTES[verb](municipality=town)
        if app == "votes":
            return factories.PollFactory(municipality=town, ready=True)
        if app == "budgets" and "agent" in verb:
            paper = of_budgets.AgentFileFactory(municipality=town)
            if verb == "agent_paper":
                paper.agent.budget.uuid = paper.uuid
            return paper.agent.budget
        if app == "budgets" and verb in OF_BUDGETS:
            return OF_BUDGETS[verb](municipality=town)
        if app == "budgets":
            return of_budgets.BudgetFactory(municipality=town, opened=True)
        if app == "agreed" and verb in OF_CONVENIOS:
            return OF_CONVENIOS[verb](town)
        if app == "agreed":
            return OF_AGREEMENTS[verb](municipality=town)
        if app == "processes" and verb in OF_DIALOGUE:
            return OF_DIALOGUE[verb](municipality=town)
        if app == "processes" and verb in OF_PROCESSES:
            return OF_PROCESSES[verb](municipality=town)
        if app == "processes":
            return of_processes.ProcessFactory(municipality=town)
        if app == "norms" and verb in OF_NORMS:
            return OF_NORMS[verb](municipality=town)
        if app == "norms" and "initiative" in verb:
            return of_norms.InitiativeFactory(municipality=town)
        if app == "norms" and verb == "from_proposal":
            return public_thread(municipality=town)
        if app == "norms" and verb == "take_stance":
            return of_norms.WordingFactory(municipality=town)
        if app == "norms" and verb in ("edit_answer", "publish_answer", "answer_history"):
            return of_norms.OfficeAnswerFactory(municipality=town)
        if app == "norms":
            return of_norms.NormFactory(municipality=town)
        if app == "agenda":
            process = of_processes.ProcessFactory(municipality=town)
            held = of_processes.MinutesFactory(municipality=town, meeting__process=process)
            return process if verb == "process_ics" else held.meeting
        if app == "debates":
            return factories.DebateFactory(municipality=town, takes_statements=True)
        if app == "desk":
            made = factories.PadronImportFactory if "import" in verb else factories.PadronFactory
            return made(municipality=town)
        if "milestone" in verb:
            return factories.MilestoneFactory(municipality=town)
        if "template" in verb:
            return factories.AnswerTemplateFactory(municipality=town)
        return factories.ProposalFactory(municipality=town, published=True)


@pytest.fixture
def towns(db):
    return factories.MunicipalityFactory.create_batch(2)


@pytest.fixture
def people(towns):
    """A visitor, a resident and each role there is, in the first town or in the region."""
    ours, _theirs = towns
    region = factories.MunicipalityFactory(
        kind=MunicipalityKind.REGION, place=factories.RegionPlaceFactory(), slug="la-libertad"
    )
    found = {"visitor": None, "resident": factories.ResidentFactory(district=ours.place).user}
    for role in (*MUNICIPAL_ROLES, *REGIONAL_ROLES):
        home = ours if role in MUNICIPAL_ROLES else region
        with municipality_scope(home):
            found[role] = factories.RoleGrantFactory(municipality=home, role=role).user
    return found


@pytest.mark.parametrize(("name", "arguments"), addresses())
def test_what_belongs_to_another_town_is_not_found(client, towns, people, name, arguments):
    ours, theirs = towns
    thing = of_the_other_town(name, theirs)
    named = {key: getattr(thing, key, None) for key in ("uuid", "handle")}
    values = OTHERS | named | {"pk": thing.pk}
    if name.endswith("_data"):
        values["kind"] = "csv"
    url = reverse(
        name, kwargs={"municipality_slug": ours.slug} | {key: values[key] for key in arguments}
    )

    nowhere = url.replace(str(values["uuid"] or ""), str(uuid4())) if values["uuid"] else None
    if "handle" in arguments:
        nowhere = url.replace(thing.handle, "nobody-of-this-name")
    nowhere = nowhere or url.replace(f"/{thing.pk}", "/999999999", 1)
    answers = {}
    for who, person in people.items():
        client.logout()
        if person:
            client.force_login(person)
        for method in ("get", "post"):
            response, unknown = getattr(client, method)(url), getattr(client, method)(nowhere)
            # Who may not do such a thing at all is told so, or to sign in, whatever they ask for.
            refused = response.status_code in (302, 403) and same(response, unknown)
            if response.status_code not in (404, 405) and not refused:
                answers[who, method] = response.status_code, unknown.status_code

    assert answers == {}
    assert_untouched(thing, theirs)


def same(response, unknown):
    leads = [answer.headers.get("Location", "").split("?")[0] for answer in (response, unknown)]
    away = response.status_code == 403 or leads[0].startswith("/cuenta/")
    return away and response.status_code == unknown.status_code and leads[0] == leads[1]


def assert_untouched(thing, town):
    with municipality_scope(town):
        now = type(thing).objects.get(pk=thing.pk)
        for field in thing._meta.concrete_fields:
            if not field.generated and field.name not in {"support_count", "threshold"}:
                assert getattr(now, field.attname) == getattr(thing, field.attname), field


def test_a_role_in_one_town_is_no_role_in_another(towns, people):
    ours, theirs = towns
    for role in MUNICIPAL_ROLES:
        person = people[role]
        with municipality_scope(theirs, person=person.pk):
            assert person.has_role(role, ours)
            assert not person.has_role(role, theirs)
        with municipality_scope(theirs):
            assert not RoleGrant.objects.exists()
