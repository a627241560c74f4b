"""Convenios as planners work on them: open as the matrix says, moved by buttons, read by observers."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from agreements.actions import addenda as addenda_actions
from agreements.models import Agreement, Assessment, Milestone, Organization
from tests.agreements.convenios import (
    municipal_party,
    regional,
    staff_of,
    standard_template,
    whole,
    with_signatures,
)
from tests.agreements.factories import (
    AgreementFactory,
    AgreementFileFactory,
    AssessmentFactory,
    CommitmentFactory,
    MilestoneFactory,
    OfficeFactory,
    OrganizationFactory,
    ReportFactory,
    in_the_region,
    organization_of,
    the_region,
)
from tests.agreements.test_convenios_import import file_of, row, twelve
from tests.factories import MunicipalityFactory


@pytest.fixture
def planner(client):
    person = regional()
    client.force_login(person)
    return person


@pytest.fixture
def otuzco():
    return MunicipalityFactory()


def admin(model, page, *args):
    return reverse(f"admin:agreements_{model}_{page}", args=args)


def button(thing, name):
    return admin(thing._meta.model_name, name, thing.pk)


def fresh(thing):
    with in_the_region():
        return type(thing).objects.get(pk=thing.pk)


def empty_parts(page):
    """What the page would send of its parts if nobody touched them."""
    sent = {}
    for formset in page.context["inline_admin_formsets"]:
        sent |= {
            f"{formset.formset.prefix}-{name}": value
            for name, value in formset.formset.management_form.initial.items()
        }
        for form in formset.formset.initial_forms:
            sent[form.add_prefix("id")] = form.instance.pk
            for name in form.fields:
                value = form[name].value()
                if name not in ("id", "DELETE", "file", "public_file") and value is not None:
                    sent[form.add_prefix(name)] = getattr(value, "pk", value)
    return sent


def test_a_planner_writes_a_convenio_from_a_template(client, planner):
    template = standard_template()
    client.post(
        admin("agreement", "add"),
        {"title": "Convenio nuevo", "kind": "especifico", "template": template.pk},
    )
    with in_the_region():
        agreement = Agreement.objects.get(title="Convenio nuevo")
        assert agreement.code.startswith("CONV-")
        assert agreement.created_by == planner
        assert agreement.clauses.count() == len(template.clauses)
        assert agreement.events.get().verb == "created"


def test_its_page_opens_in_every_state_with_all_its_parts(client, planner, otuzco):
    agreement = whole(otuzco, signed=True)
    with in_the_region():
        addenda_actions.draft(agreement, changes={"notice_days": 60}, reason="x", by=planner)
    ReportFactory(agreement=agreement, party=municipal_party(agreement))
    for state in ("draft", "review", "to_sign", "signed", "suspended", "closed", "denied"):
        with in_the_region():
            Agreement.objects.filter(pk=agreement.pk).update(state=state)
        page = client.get(admin("agreement", "change", agreement.pk))
        assert page.status_code == 200
        form = page.context["adminform"].form
        assert ("title" in form.fields) == (state in ("draft", "review"))
        assert ("summary" in form.fields) == (state != "denied")


def test_contents_change_in_the_draft_and_the_history_tells_it(client, planner, otuzco):
    agreement = AgreementFactory(towns=[otuzco], code="CONV-2026-0001")
    address = admin("agreement", "change", agreement.pk)
    page = client.get(address)
    form = page.context["adminform"].form
    sent = {
        name: form[name].value() for name in form.fields if form[name].value() not in (None, False)
    }
    sent |= {"title": "Otro título", "starts_on": "01/02/2026", "ends_on": "31/12/2027"}
    sent |= empty_parts(page)
    sent["clauses-TOTAL_FORMS"] = 1
    sent |= {
        "clauses-0-position": 1,
        "clauses-0-key": "objeto",
        "clauses-0-title": "Objeto",
        "clauses-0-text": "Transferir.",
    }

    answer = client.post(address, sent)

    assert answer.status_code == 302, answer.context["errors"]
    with in_the_region():
        agreement.refresh_from_db()
        assert agreement.title == "Otro título"
        assert agreement.clauses.get().key == "objeto"
        assert agreement.events.filter(verb="edited").count() == 2


def test_a_document_brought_in_the_admin_has_its_hash(client, planner, otuzco):
    agreement = whole(otuzco, signed=True, code="CONV-2026-0001")
    address = admin("agreement", "change", agreement.pk)
    page = client.get(address)
    form = page.context["adminform"].form
    sent = {name: form[name].value() for name in form.fields if form[name].value()}
    sent |= empty_parts(page)
    number = int(sent["files-TOTAL_FORMS"])
    sent |= {
        "files-TOTAL_FORMS": number + 1,
        f"files-{number}-kind": "final",
        f"files-{number}-title": "Informe final",
        f"files-{number}-file": SimpleUploadedFile("final.pdf", b"hola"),
    }

    answer = client.post(address, sent)

    assert answer.status_code == 302, answer.context["errors"]
    with in_the_region():
        added = agreement.files.get(kind="final")
        assert added.sha256 == "b221d9dbb083a7f33428d7c2a3c3198ae925614d70210e28716ccaa7cd4ddb79"
        assert added.added_by == planner
    file = client.get(reverse("admin:agreements_agreement_file", args=[added.pk]))
    assert b"".join(file) == b"hola"


def test_the_buttons_lead_from_the_draft_to_the_published_convenio(client, planner, otuzco):
    agreement = with_signatures(whole(otuzco))
    with in_the_region():
        Agreement.objects.filter(pk=agreement.pk).update(state="draft")
    for name, state in (("send", "review"), ("clear", "to_sign"), ("sign", "signed")):
        assert client.get(button(agreement, name)).status_code == 200
        assert fresh(agreement).state != state
        assert client.post(button(agreement, name)).status_code == 302
        assert fresh(agreement).state == state
    assert client.post(button(agreement, "publish")).status_code == 302
    assert fresh(agreement).published_at
    assert client.get(agreement.get_absolute_url()).status_code == 200


def test_what_the_action_refuses_is_said_on_the_page(client, planner, otuzco):
    agreement = whole(otuzco, weights=("59.99", "40"))
    for name in ("sign", "publish"):
        page = client.post(button(agreement, name))
        assert page.status_code == 200
        assert page.context["form"].non_field_errors()
    assert (fresh(agreement).state, fresh(agreement).published_at) == ("to_sign", None)


def test_it_ends_with_a_document_a_cause_and_a_reason(client, planner, otuzco):
    agreement = whole(otuzco, signed=True)
    document = AgreementFileFactory(agreement=agreement)
    sent = {"cause": "mutual", "document": document.pk, "reason": "De acuerdo."}
    for missing in sent:
        client.post(button(agreement, "terminate"), sent | {missing: ""})
        assert fresh(agreement).state == "signed"
    client.post(button(agreement, "terminate"), sent)
    assert fresh(agreement).state == "terminated"


def test_coordinators_reports_and_separation_have_their_buttons(client, planner, otuzco):
    agreement = whole(otuzco, signed=True)
    party = municipal_party(agreement)
    office = OfficeFactory(organization=party.organization)
    client.post(
        button(agreement, "name_coordinator"),
        {"party": party.pk, "office": office.pk, "starts_on": "02/01/2026"},
    )
    client.post(button(agreement, "plan_reports"), {"kind": "yearly"})
    client.post(button(agreement, "ratify"), {"party": party.pk, "act": "Oficio 3"})
    client.post(button(agreement, "separate"), {"party": party.pk, "reason": "Se retira."})
    with in_the_region():
        assert agreement.coordinators.get().office == office
        assert agreement.reports.count() == 3
        assert set(agreement.events.values_list("verb", flat=True)) == {
            "coordinator",
            "ratified",
            "separate",
        }


def test_an_addendum_is_written_signed_and_shown_with_its_conflicts(client, planner, otuzco):
    agreement = whole(otuzco, signed=True)
    paper = AgreementFileFactory(agreement=agreement, kind="addendum")
    page = client.get(button(agreement, "write_addendum"))
    form = page.context["form"]
    now = {
        name: form[name].value() for name in form.fields if form[name].value() not in (None, False)
    }
    for days in (60, 90):
        client.post(
            button(agreement, "write_addendum"), now | {"reason": "Más aviso.", "notice_days": days}
        )
    with in_the_region():
        first, second = agreement.addenda.order_by("number")
        assert first.patch == {"notice_days": [30, 60]}
    client.post(button(second, "sign"), {"on": "02/02/2026", "file": paper.pk})
    assert fresh(agreement).notice_days == 90

    refused = client.post(button(first, "sign"), {"on": "02/02/2026", "file": paper.pk})
    assert refused.context["form"].non_field_errors()
    assert client.get(admin("addendum", "change", first.pk)).status_code == 200
    client.post(button(first, "rebase"))
    client.post(button(first, "sign"), {"on": "03/02/2026", "file": paper.pk})
    assert (fresh(agreement).notice_days, fresh(agreement).version) == (60, 3)


def test_a_certified_report_is_accepted_or_returned(client, planner, otuzco):
    agreement = whole(otuzco, signed=True)
    party, sender, other = municipal_party(agreement), staff_of(otuzco), staff_of(otuzco)
    made = {"agreement": agreement, "party": party, "state": "certified"}
    made |= {"submitted_by": sender, "certified_by": other}
    first = ReportFactory(**made, period_ends_on=date(2026, 3, 31))
    second = ReportFactory(**made, period_ends_on=date(2026, 6, 30))
    assert client.get(admin("report", "changelist")).status_code == 200
    client.post(button(first, "accept"))
    client.post(button(second, "give_back"), {"reason": "¿Cuántas personas?"})
    assert (fresh(first).state, fresh(second).state) == ("accepted", "returned")


def test_two_convenios_are_compared_in_the_admin(client, planner, otuzco):
    first, second = whole(otuzco), whole(otuzco)
    with in_the_region():
        second.clauses.filter(key="plazo").update(text="Rige por tres años.")
    page = client.get(button(first, "compare"), {"otro": second.pk})
    assert [one.title for one in page.context["compared"] if not one.is_same] == ["Plazo"]


def test_pdf_and_docx_are_made_in_any_state(client, planner, otuzco):
    agreement = AgreementFactory(towns=[otuzco], starts_on=None, ends_on=None)
    assert client.get(button(agreement, "print_pdf")).content.startswith(b"%PDF")
    assert client.get(button(agreement, "print_docx")).content.startswith(b"PK")


def test_a_file_with_two_faulty_rows_is_mended_and_brought_in(client, planner):
    organization_of(the_region())
    towns = MunicipalityFactory.create_batch(3)
    for town in towns:
        organization_of(town)
    address = reverse("admin:agreements_agreement_bring_in")
    assert client.get(address).status_code == 200
    faulty = twelve(towns, row_4={"vigente_hasta": "pronto"}, row_9={"titulo": None})

    page = client.post(address, {"file": upload(faulty)})

    assert [(fault.row, fault.column) for fault in page.context["outcome"].faults] == [
        (4, "vigente_hasta"),
        (9, "titulo"),
    ]
    with in_the_region():
        assert not Agreement.objects.exists()
    assert client.post(address, {"file": upload(twelve(towns))}).status_code == 302
    with in_the_region():
        assert Agreement.objects.count() == 12
    assert client.get(reverse("admin:agreements_agreement_blank_file")).status_code == 200


def upload(file):
    file.seek(0)
    return SimpleUploadedFile("convenios.xlsx", file.read())


def test_an_observer_reads_all_and_moves_nothing(client, otuzco):
    agreement = whole(otuzco, signed=True)
    organization_of(the_region())
    client.force_login(regional(Role.OBSERVER))
    assert client.get(admin("agreement", "change", agreement.pk)).status_code == 200
    for name in ("print_pdf", "print_docx", "compare"):
        assert client.get(button(agreement, name)).status_code == 200
    for name in ("suspend", "terminate", "publish", "write_addendum", "separate", "ratify"):
        assert client.get(button(agreement, name)).status_code == 403
        assert client.post(button(agreement, name), {"reason": "x"}).status_code == 403
    file = file_of([row(1, otuzco)])
    address = reverse("admin:agreements_agreement_bring_in")
    assert client.post(address, {"file": upload(file)}).status_code == 403
    assert fresh(agreement).state == "signed"


@pytest.mark.parametrize("model", ["agreement", "addendum", "report", "organization", "office"])
def test_municipal_staff_have_no_convenios_in_the_admin(client, otuzco, model):
    agreement = whole(otuzco, signed=True)
    client.force_login(staff_of(otuzco))
    assert client.get(admin(model, "changelist")).status_code == 403
    assert client.get(admin("agreement", "change", agreement.pk)).status_code == 403
    file = AgreementFileFactory(agreement=agreement)
    address = reverse("admin:agreements_agreement_file", args=[file.pk])
    assert client.get(address).status_code in (302, 403)


def test_nothing_of_a_convenio_is_deleted_in_the_admin(client, planner, otuzco):
    agreement = whole(otuzco, signed=True)
    assert (
        client.post(admin("agreement", "delete", agreement.pk), {"post": "yes"}).status_code == 403
    )
    assert fresh(agreement)


def test_an_assessment_is_added_and_never_changed(client, planner, otuzco):
    with in_the_region():
        given = AssessmentFactory(municipality=otuzco, assessor="irm", completion="")
    address = admin("assessment", "change", given.pk)
    assert client.post(address, {"completion": "complete"}).status_code == 403
    page = client.get(admin("assessment", "changelist"))
    assert page.status_code == 200
    client.post(
        admin("assessment", "add"),
        {
            "municipality": otuzco.pk,
            "commitment": given.commitment.pk,
            "assessor": "self",
            "day": "01/06/2026",
            "completion": "limited",
        },
    )
    with in_the_region():
        added = Assessment.objects.get(assessor="self")
        assert (added.completion, added.by) == ("limited", planner)


def test_the_registers_open_and_take_new_rows(client, planner):
    client.post(
        admin("organization", "add"),
        {
            "name": "Universidad de prueba",
            "kind": "university",
            "offices-TOTAL_FORMS": 0,
            "offices-INITIAL_FORMS": 0,
        },
    )
    with in_the_region():
        assert Organization.objects.filter(kind="university").exists()
    OrganizationFactory()
    for model in ("organization", "office", "member", "milestone", "responsibility", "commitment"):
        assert client.get(admin(model, "add")).status_code == 200


def test_a_milestone_is_not_kept_without_the_office_that_answers(client, planner):
    commitment, office = CommitmentFactory(), OfficeFactory()
    sent = {
        "commitment": commitment.pk,
        "number": 1,
        "gate": "agreement",
        "text": "Suscripción de convenios",
        "responsible-TOTAL_FORMS": 0,
        "responsible-INITIAL_FORMS": 0,
    }
    page = client.post(admin("milestone", "add"), sent)
    assert page.status_code == 200
    with in_the_region():
        assert not Milestone.objects.exists()
    sent |= {
        "responsible-TOTAL_FORMS": 1,
        "responsible-0-office": office.pk,
        "responsible-0-starts_on": "01/06/2019",
    }
    assert client.post(admin("milestone", "add"), sent).status_code == 302
    with in_the_region():
        assert Milestone.objects.get().responsible.get().office == office


def test_technology_alone_opens_no_government(client, planner):
    commitment, office = CommitmentFactory(), OfficeFactory()
    sent = {
        "commitment": commitment.pk,
        "number": 1,
        "gate": "agreement",
        "text": "Suscripción de convenios",
        "values": ["technology"],
        "responsible-TOTAL_FORMS": 1,
        "responsible-INITIAL_FORMS": 0,
        "responsible-0-office": office.pk,
        "responsible-0-starts_on": "01/06/2019",
    }
    assert client.post(admin("milestone", "add"), sent).status_code == 200
    sent["values"] = ["technology", "participation"]
    assert client.post(admin("milestone", "add"), sent).status_code == 302
    with in_the_region():
        assert Milestone.objects.get().values == ["technology", "participation"]


def test_milestones_without_a_date_of_their_own_are_shown_so_and_none_is_invented(client, planner):
    milestone = MilestoneFactory()
    page = client.get(admin("milestone", "changelist"))
    shown = page.context["cl"].model_admin.dates_shown(milestone)
    assert (milestone.starts_on, milestone.ends_on) == (None, None)
    assert str(shown) in page.content.decode()


def test_a_planner_writes_the_work_plan_and_approves_its_dates(client, planner, otuzco):
    agreement = whole(otuzco, signed=True)
    step = {
        "party": municipal_party(agreement).pk,
        "gate": "transfer",
        "name": "Taller en Motil",
        "starts_on": "01/02/2026",
        "due_on": "31/01/2026",
        "min_evidence": 2,
    }
    assert client.post(button(agreement, "add_step"), step).status_code == 200
    assert (
        client.post(button(agreement, "add_step"), step | {"due_on": "30/04/2026"}).status_code
        == 302
    )
    assert client.post(button(agreement, "approve_plan"), {}).status_code == 302
    refused = client.post(button(agreement, "approve_plan"), {})
    assert refused.status_code == 200
    (why,) = refused.context["form"].non_field_errors()
    assert why in refused.text
    assert client.get(button(agreement, "work_plan")).status_code == 302
    with in_the_region():
        item = agreement.items.get()
        assert (item.first_due_on, item.min_evidence) == (date(2026, 4, 30), 2)


def test_the_day_each_party_signed_is_still_written_once_the_contents_are_agreed(
    client, planner, otuzco
):
    agreement = whole(otuzco, code="CONV-2026-0001")
    address = admin("agreement", "change", agreement.pk)
    page = client.get(address)
    form = page.context["adminform"].form
    sent = {
        name: form[name].value() for name in form.fields if form[name].value() not in (None, False)
    }
    sent |= empty_parts(page) | {"parties-0-signed_on": "05/01/2026"}

    assert client.post(address, sent).status_code == 302

    with in_the_region():
        assert agreement.parties.filter(signed_on=date(2026, 1, 5)).count() == 1
