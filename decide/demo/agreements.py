"""What the region does for municipalities, in the demo: by the room's actions, as planners,
municipal staff and observers do it. LAL0009 and the catalogue are true; what is told here is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from agreements import seeds
from agreements.actions import (
    activities,
    adoption,
    baseline,
    convenios,
    coordinators,
    evidence,
    indicators,
    interest,
    reports,
    transfers,
    work,
)
from agreements.actions.indicators import Value
from agreements.actions.transfers import PiecePlan
from agreements.enums import (
    ActKind,
    AdaptationChoice,
    Adoption,
    AgreementKind,
    EvidenceKind,
    FileKind,
    Gate,
    InterestState,
    Medium,
    PartyRole,
    PieceKind,
    VerificationResult,
)
from agreements.models import (
    Agreement,
    AgreementTemplate,
    Commitment,
    Evidence,
    Indicator,
    Interest,
    Member,
    Office,
    Organization,
    Period,
    Practice,
    Transfer,
)
from decide.common import pdf
from municipalities.models import Municipality
from municipalities.rls import region_scope


# What a real site loads too.
FACTS = ("load_lal0009", "load_practices", "load_indicators", "load_priority_inputs")
SIGNED = ("signed", "transfer", "operating", "evaluated", "expired")
TRANSFERRING = ("transfer", "operating", "evaluated")
OPERATING = ("operating", "evaluated")
# How far the reviewers of the demo have come: these are offered, the rest wait.
OFFERED = ("BP-01", "BP-04", "BP-06", "BP-07", "BP-08")
SCORES = {"effectiveness": 2, "replicability": 3, "sustainability": 2, "inclusion": 3, "cost": 2}
HELD = {"women": "woman", "men": "man"}
PIECES = {
    PieceKind.DOCUMENTS: (EvidenceKind.RECEIPT, "Cargo de entrega del kit"),
    PieceKind.TRAINED: (EvidenceKind.ATTENDANCE, "Lista de personas capacitadas y sus notas"),
    PieceKind.TOOL: (EvidenceKind.REPORT, "Informe de puesta en marcha"),
    PieceKind.NORM: (EvidenceKind.NORM, "Ordenanza publicada"),
    PieceKind.FIRST_USE: (EvidenceKind.MINUTES, "Acta del primer uso acompañado"),
    PieceKind.ACCEPTANCE: (EvidenceKind.MINUTES, "Acta de conformidad"),
}


@dataclass
class Cast:
    """Who acts: the region's planner, the reviewers with their organisations, each town's staff."""

    planner: User
    reviewers: list[tuple[User, Organization]]
    staff: dict[str, User]
    seconds: dict[str, User]
    note: str

    @property
    def civil(self) -> User:
        return self.reviewers[0][0]


def plant(
    texts: dict[str, Any],
    *,
    planner: User,
    reviewers: list[User],
    staff: dict[str, User],
    seconds: dict[str, User],
) -> None:
    """All of it; `staff` has the administrators of the towns whose space the demo opened, and
    `seconds` somebody else of each who certifies what they send."""
    with region_scope("demo", by=planner):
        for facts in FACTS:
            call_command(facts, stdout=StringIO())
        members = _members(texts["reviewers"], reviewers)
        cast = Cast(planner, members, staff, seconds, texts["note"])
        _practices(cast)
        for text in texts["municipalities"]:
            town = Municipality.objects.select_related("place").get(slug=text["slug"])
            _town(town, text, cast)


def _members(texts: list[dict[str, str]], reviewers: list[User]) -> list[tuple[User, Organization]]:
    found = []
    for text, user in zip(texts, reviewers, strict=True):
        organization = Organization.objects.get(short_name=text["organization"])
        Member.objects.create(organization=organization, user=user)
        found.append((user, organization))
    return found


def _practices(cast: Cast) -> None:
    reviews = [
        {"by": user, "organization": organization, "recommends": True, "notes": cast.note, **SCORES}
        for user, organization in cast.reviewers
    ]
    for practice in Practice.objects.filter(code__in=OFFERED):
        seeds.walk(practice, reviews, by=cast.planner)


def _town(town: Municipality, text: dict[str, Any], cast: Cast) -> None:
    stage = text["stage"]
    practice = Practice.objects.filter(code=text.get("practice", "")).first()
    if stage in ("interested", "invited", "declined"):
        _interest(town, text, practice, cast)
        return
    if text.get("baseline"):
        _baseline(town, text["baseline"], _years_ago(text), cast)
    agreement = _convenio(town, text, practice, cast)
    if stage in TRANSFERRING:
        _transfer(town, text, practice, agreement, cast)
    if stage in OPERATING:
        _steps(agreement, town, cast)
        _reports(agreement, town, cast)
    if text.get("now"):
        _baseline(town, text["now"], 0, cast)


def _years_ago(text: dict[str, Any]) -> int:
    """The baseline is of the year of the convenio."""
    return timezone.localdate().year - _ago(text.get("signed", 0)).year


def _ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def _speaks_for(town: Municipality, cast: Cast) -> User:
    return cast.staff.get(town.slug, cast.planner)


def _interest(
    town: Municipality, text: dict[str, Any], practice: Practice | None, cast: Cast
) -> None:
    if text["stage"] == "interested":
        interest.express(
            town, by=cast.planner, practice=practice, letter=text["letter"], text=text["text"]
        )
        return
    Interest.objects.create(
        municipality=town,
        state=InterestState(text["stage"]),
        text=text["text"],
        by=cast.planner,
        published_at=timezone.now(),
    )


def _baseline(town: Municipality, states: dict[str, str], years: int, cast: Cast) -> None:
    by = _speaks_for(town, cast)
    sheet = baseline.begin(town, year=timezone.localdate().year - years, by=by)
    baseline.save_cells(sheet, {code: {"state": state} for code, state in states.items()}, by=by)
    sheet.invented = True
    sheet.save(update_fields=["invented"])
    baseline.lock(sheet, by=by, answered_by=town.contact_office or "Secretaría General")


# --- Convenios


def _convenio(
    town: Municipality, text: dict[str, Any], practice: Practice, cast: Cast
) -> Agreement:
    by = cast.planner
    signed_on = _ago(text.get("signed", 0))
    ends_on = signed_on + timedelta(days=365 * text.get("years", 2))
    agreement = convenios.create(
        kind=AgreementKind.SPECIFIC,
        title=f"Convenio específico con la {town.name}: {practice.title}",
        by=by,
        template=AgreementTemplate.objects.filter(kind=AgreementKind.SPECIFIC).first(),
        commitment=Commitment.objects.get(code="LAL0009"),
        summary=f"{town.short_name} recibe «{practice.title}» con capacitación y acompañamiento. {cast.note}",
        object=f"Transferir la práctica «{practice.title}» y acompañar su operación.",
        problem="Quien vive lejos de la capital de la provincia casi no participa en lo que se decide.",
        population=f"Vecinas y vecinos de {town.short_name}, primero los de los centros poblados.",
        expected_change="Que participen más mujeres y más personas del campo, y que reciban respuesta.",
        policy_areas=practice.policy_areas,
        starts_on=signed_on + timedelta(days=1),
        ends_on=ends_on,
        invented=True,
    )
    region = convenios.add_party(
        agreement,
        seeds.organization_of_the_region(),
        by=by,
        role=PartyRole.LEAD,
        own_number=text["number"],
        signatory_office="Gobernación Regional",
    )
    party = convenios.add_party(
        agreement,
        Organization.objects.get(town=town),
        by=by,
        signatory_office="Alcaldía",
        empowered_by=text["council"],
    )
    _undertakings(agreement, region, party, practice, signed_on)
    offices = [region.organization.offices.first(), _office(party.organization, text, town)]
    for one, office in zip((region, party), offices, strict=True):
        coordinators.name(one, office, starts_on=signed_on, by=by)
    convenios.move(agreement, "send", by=by)
    if text["stage"] == "review":
        return agreement
    before = signed_on - timedelta(days=20)
    for kind in agreement.template.path:
        if kind != ActKind.COUNCIL:
            convenios.record_act(
                agreement, kind=kind, number=f"Informe {cast.note}", day=before, by=by
            )
    convenios.record_act(
        agreement, kind=ActKind.COUNCIL, number=text["council"], day=before, by=by, party=party
    )
    agreement = convenios.move(agreement, "clear", by=by)
    if text["stage"] not in SIGNED:
        return agreement
    for one in (region, party):
        convenios.sign_party(one, on=signed_on, by=by)
    convenios.add_file(
        agreement,
        kind=FileKind.SIGNED,
        title="Convenio firmado",
        file=_paper(f"Convenio con {town.short_name}", cast),
        by=by,
        issued_on=signed_on,
        is_public=True,
    )
    convenios.sign(agreement, by=by)
    _plan(agreement, region, party, signed_on, cast)
    return convenios.publish(agreement, by=by)


def _office(organization: Organization, text: dict[str, Any], town: Municipality) -> Office:
    """A mailbox of an office: nobody's own number, and invented."""
    office, _created = Office.objects.get_or_create(
        organization=organization,
        name=text["office"],
        defaults={"email": f"participa.{town.slug}@example.org"},
    )
    return office


def _undertakings(
    agreement: Agreement, region: Any, party: Any, practice: Practice, signed_on: date
) -> None:
    mechanism = practice.mechanism or "portal_propuestas"
    rows = [
        (
            region,
            "Capacitar al equipo municipal y acompañar la operación dos años.",
            50,
            None,
            None,
        ),
        (party, "Designar dos personas, aprobar la norma local y responder a tiempo.", 50, 0, 60),
    ]
    for who, words, weight, known, target in rows:
        agreement.undertakings.create(
            party=who,
            text=words,
            weight=Decimal(weight),
            mechanism=mechanism,
            practice=practice,
            indicator=Indicator.objects.get(code="I-7") if target else None,
            baseline=known,
            baseline_on=None if known is None else signed_on,
            target=target,
            due_on=signed_on + timedelta(days=540),
            verified_by="Informe trimestral y registro público",
        )


def _plan(agreement: Agreement, region: Any, party: Any, signed_on: date, cast: Cast) -> None:
    steps = [
        (region, Gate.AGREEMENT, "Publicar el convenio y el directorio", 0, 30),
        (region, Gate.TRANSFER, "Taller de transferencia", 30, 120),
        (party, Gate.DISSEMINATION, "Campaña en radios y caseríos", 90, 210),
        (party, Gate.OPERATION, "Primera convocatoria propia", 180, 360),
        (party, Gate.EVALUATION, "Autoevaluación del primer año", 365, 420),
    ]
    for who, gate, name, begins, ends in steps:
        work.add_step(
            agreement,
            by=cast.planner,
            party=who,
            gate=gate,
            name=name,
            starts_on=signed_on + timedelta(days=begins),
            due_on=signed_on + timedelta(days=ends),
        )
    work.approve_plan(agreement, by=cast.planner)


# --- Transfers


def _transfer(
    town: Municipality, text: dict[str, Any], practice: Practice, agreement: Agreement, cast: Cast
) -> Transfer:
    by = _speaks_for(town, cast)
    version = practice.versions.get(number=1)
    transfer = transfers.begin(
        town,
        version,
        by=by,
        donor=seeds.organization_of_the_region(),
        invented=True,
        day=agreement.starts_on,
    )
    answers = {one.pk: (True, cast.note) for one in version.requirements.all()}
    transfer = transfers.answer_readiness(transfer, answers, by=by)
    planned = {PieceKind.ACCEPTANCE, *PIECES} - ({PieceKind.NORM} if not text["norm"] else set())
    transfer = transfers.plan(
        transfer,
        by=cast.planner,
        agreement=agreement,
        mechanism=practice.mechanism or "portal_propuestas",
        target="Que tres de cada diez participantes vivan en el campo",
        starts_on=agreement.starts_on,
        ends_on=agreement.starts_on + timedelta(days=365),
        pieces=[
            PiecePlan(kind, True, due_on=agreement.starts_on + timedelta(days=365))
            if kind in planned
            else PiecePlan(kind, False, why_not="El concejo la verá el próximo año.")
            for kind in PieceKind
        ],
        mentor=seeds.organization_of_the_region().offices.first(),
    )
    transfer = transfers.start(transfer, by=cast.planner)
    for workshop in text["workshops"]:
        _workshop(transfer, workshop, by, cast)
    for act in text["outreach"]:
        _outreach(transfer, act, by, cast)
    activities.advise(
        town,
        by=cast.planner,
        day=_ago(25),
        topic="Cómo responder a tiempo",
        medium=Medium.PHONE,
        hours=Decimal("1.5"),
        agreement=agreement,
        agreed=f"Revisar juntos las respuestas cada lunes. {cast.note}",
    )
    shown = list(PIECES) if text["stage"] in OPERATING else [PieceKind.DOCUMENTS]
    for kind in shown:
        if kind in planned:
            _piece(transfer, kind, by, cast)
    if text["stage"] in OPERATING:
        transfer = transfers.accept(transfer, by=by, day=_ago(300))
        _adapt(transfer, cast)
        _value(town, by, cast)
    levels = [Adoption(level) for level in text["adoption"] if level]
    for place, level in enumerate(levels):
        day = transfer.starts_on + timedelta(days=40 * (place + 1))
        step = adoption.reach(transfer, level, by=cast.planner, day=min(day, _ago(1)))
        if level == levels[-1]:
            _show(town, f"Nivel de adopción {level}", EvidenceKind.REPORT, by, cast, adoption=step)
    return transfer


def _workshop(transfer: Transfer, text: dict[str, Any], by: User, cast: Cast) -> None:
    organizations = [transfer.donor, cast.reviewers[0][1]]
    activity = activities.plan_activity(
        transfer,
        by=cast.planner,
        kind=text["kind"],
        title=text["title"],
        day=_ago(text["days"]),
        hours=Decimal(text["hours"]),
        planned_people=text["women"] + text["men"],
        organizations=organizations,
        facilitators="Gerencia Regional de Planeamiento",
    )
    attendance = [
        {
            "office": "Municipalidad y organizaciones",
            "gender": gender,
            "area": area,
            "people": people,
        }
        for name, gender in HELD.items()
        for area, people in _split(text[name], text["rural"])
        if people
    ]
    activities.hold(
        activity,
        by=by,
        attendance=attendance,
        decisions=f"Se acordó el siguiente paso y quién responde. {cast.note}",
        outcome="Se cumplió lo acordado.",
    )
    _show(
        transfer.municipality,
        f"Acta: {text['title']}",
        EvidenceKind.MINUTES,
        by,
        cast,
        activity=activity,
    )


def _split(people: int, rural: int) -> list[tuple[str, int]]:
    """Half of those from the countryside are counted with each gender."""
    from_there = min(people, rural // 2)
    return [("rural", from_there), ("urban", people - from_there)]


def _outreach(transfer: Transfer, text: dict[str, Any], by: User, cast: Cast) -> None:
    act = activities.tell_people(
        transfer.municipality,
        by=by,
        transfer=transfer,
        campaign=text["campaign"],
        channel=text["channel"],
        starts_on=_ago(text["days"]),
        ends_on=_ago(text["days"] - 5),
        reached=text["reached"],
        how_known="Estimación de la oficina de imagen",
    )
    title = f"Constancia: {text['campaign']}"
    _show(transfer.municipality, title, EvidenceKind.BROADCAST, by, cast, outreach=act)


def _piece(transfer: Transfer, kind: str, by: User, cast: Cast) -> None:
    evidence_kind, title = PIECES[kind]
    piece = transfer.pieces.get(kind=kind)
    _show(transfer.municipality, title, evidence_kind, by, cast, piece=piece)


def _show(
    town: Municipality, title: str, kind: str, by: User, cast: Cast, **subject: Any
) -> Evidence:
    """Shown by the municipality, seen to be so by an organisation of civil society."""
    shown = evidence.add(
        town,
        by=by,
        kind=kind,
        title=title,
        upload=_paper(f"{title} – {town.short_name}", cast),
        is_public=False,
        **subject,
    )
    evidence.look_at(shown, by=cast.civil, result=VerificationResult.OK, notes=cast.note)
    return shown


def _adapt(transfer: Transfer, cast: Cast) -> None:
    for place, component in enumerate(transfer.version.components.all()):
        shaped = not component.is_core and place % 2
        transfers.adapt(
            transfer,
            component,
            by=cast.planner,
            choice=AdaptationChoice.ADAPT if shaped else AdaptationChoice.KEEP,
            what="Se hace también por radio los sábados." if shaped else "",
            why="En los caseríos altos no hay señal." if shaped else "",
            verified_on=_ago(200),
        )


def _value(town: Municipality, by: User, cast: Cast) -> None:
    """How many came to the public hearings of last year: entered by one, accepted by another."""
    year = timezone.localdate().year - 1
    period, _created = Period.objects.get_or_create(
        label=str(year),
        defaults={
            "starts_on": date(year, 1, 1),
            "ends_on": date(year, 12, 31),
            "due_on": date(year + 1, 1, 31),
        },
    )
    cells = {
        ("woman", "rural", ""): Decimal(41),
        ("woman", "urban", ""): Decimal(86),
        ("man", "rural", ""): Decimal(52),
        ("man", "urban", ""): Decimal(73),
    }
    value = Value(Decimal(252), None, cast.note, cells)
    saved = indicators.enter(
        municipality=town,
        indicator=Indicator.objects.get(code="M-1"),
        period=period,
        value=value,
        by=by,
    )
    indicators.send(municipality=town, period=period, by=by)
    indicators.accept(saved.entry, by=cast.planner)


def _steps(agreement: Agreement, town: Municipality, cast: Cast) -> None:
    """The plan as it was carried out, each step shown and seen to be so by an organisation."""
    for item in agreement.items.exclude(gate=Gate.EVALUATION).order_by("due_on"):
        by = cast.planner if item.party.role == PartyRole.LEAD else cast.staff[town.slug]
        item = work.start(item, by=by)
        _show(town, f"Informe: {item.name}", EvidenceKind.REPORT, by, cast, item=item)
        item = work.submit(item, by=by, done_on=item.due_on - timedelta(days=3))
        work.verify(item, by=cast.civil)


def _reports(agreement: Agreement, town: Municipality, cast: Cast) -> None:
    """Every quarter so far: sent by one, certified by another, accepted by the region."""
    party = agreement.parties.get(organization__town=town)
    Member.objects.create(organization=party.organization, user=cast.seconds[town.slug])
    for report in reports.plan(agreement, by=cast.planner, until=timezone.localdate()):
        sent = reports.submit(
            report, by=cast.staff[town.slug], text=f"Se cumplió lo previsto. {cast.note}"
        )
        certified = reports.certify(sent, by=cast.seconds[town.slug])
        reports.accept(certified, by=cast.planner)


def _paper(title: str, cast: Cast) -> SimpleUploadedFile:
    """A page that says what it stands for, and that it is invented."""
    content = pdf.document(title, "Decide La Libertad", [pdf.text(cast.note)])
    return SimpleUploadedFile("documento.pdf", content, content_type="application/pdf")
