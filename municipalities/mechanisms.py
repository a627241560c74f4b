"""The ways of taking part that Peru's laws give in a municipality or region, in plain words.

Rules and numbers are those of the laws named beside each. Those before RENIEC, ONPE and JNE
are only explained: this site never collects signatures of legal value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality


# Months in which the law asks for a public hearing.
HEARING_MONTHS = (5, 9)
REGION, PROVINCIAL, DISTRICT = MunicipalityKind
ALL = (REGION, PROVINCIAL, DISTRICT)
MUNICIPAL = (PROVINCIAL, DISTRICT)
GROUPS = [
    ("site", _("On this site")),
    ("budget", _("How money is decided")),
    ("accounts", _("Asking and being answered")),
    ("neighbours", _("Neighbours who organise")),
    ("council", _("Sitting at the table with the authorities")),
    ("law", _("Before RENIEC, ONPE and JNE")),
]


@dataclass(frozen=True)
class Mechanism:
    """One way of taking part: what it is, by which law, how it works, what remains of it."""

    code: str
    group: str
    kinds: tuple[str, ...]
    name: Any
    base: str
    what: Any
    rules: tuple[Any, ...]
    record: Any


MECHANISMS = [
    Mechanism(
        code="cclp",
        group="council",
        kinds=(PROVINCIAL,),
        name=_("Provincial coordination council (CCLP)"),
        base="LOM, arts. 7 y 98–101",
        what=_(
            "Authorities and organisations of the province agree on its plans and on its participatory budget."
        ),
        rules=(
            _("The provincial mayor presides; the councillors and all district mayors take part."),
            _(
                "Organisations hold seats for 40 % of the number of those authorities, elected for two years."
            ),
            _("It meets at least twice a year and decides by consensus; it does not govern."),
        ),
        record=_("Register of organisations, election record, minutes, rules by ordinance."),
    ),
    Mechanism(
        code="ccld",
        group="council",
        kinds=(DISTRICT,),
        name=_("District coordination council (CCLD)"),
        base="LOM, arts. 7 y 102–105",
        what=_(
            "Authorities and organisations of the district agree on its plans and on its participatory budget."
        ),
        rules=(
            _("The mayor presides; the councillors and the mayors of populated centres take part."),
            _(
                "Organisations hold seats for 40 % of the number of those authorities, elected for two years."
            ),
            _("It meets at least twice a year and decides by consensus; it does not govern."),
        ),
        record=_("Register of organisations, election record, minutes, rules by ordinance."),
    ),
    Mechanism(
        code="ccr",
        group="council",
        kinds=(REGION,),
        name=_("Regional coordination council (CCR)"),
        base="LOGR, arts. 11-A y 11-B; Ordenanza Regional 003-2023-GRLL-CR",
        what=_(
            "The governor, the twelve provincial mayors and organisations advise on the region's plans and budget."
        ),
        rules=(
            _(
                "Six of every ten seats are the mayors', four are organisations', a third of these of producers or businesses."
            ),
            _(
                "Seats last two years; the rules of 2023 ask that half of the organisations' seats be women's."
            ),
        ),
        record=_("Register with signatures, election record, minutes."),
    ),
    Mechanism(
        code="jdvc",
        group="neighbours",
        kinds=MUNICIPAL,
        name=_("Board of neighbourhood delegates"),
        base="LOM, arts. 7 y 106–110",
        what=_(
            "Delegates of neighbourhoods, sectors and villages bring their needs to the municipality and watch its services."
        ),
        rules=(
            _("You elect your delegate directly, for one year; they have to live in the area."),
            _("It meets four times a year; a quarter of the delegates can call an extra session."),
        ),
        record=_("Minutes of each session."),
    ),
    Mechanism(
        code="junta_vecinal",
        group="neighbours",
        kinds=MUNICIPAL,
        name=_("Neighbourhood board"),
        base="LOM, arts. 110 y 116",
        what=_("Neighbours supervise services and works near them."),
        rules=(
            _("It is elected by a public call, by the rules of an ordinance."),
            _("Its representative may speak in the council's sessions, without a vote."),
        ),
        record=_("Election record."),
    ),
    Mechanism(
        code="comite_gestion",
        group="neighbours",
        kinds=MUNICIPAL,
        name=_("Works management committee"),
        base="LOM, art. 117",
        what=_("Neighbours and municipality carry out a work or a service together."),
        rules=(_("A resolution says what each side contributes: money, materials or work."),),
        record=_("Municipal resolution."),
    ),
    Mechanism(
        code="pp",
        group="budget",
        kinds=ALL,
        name=_("Participatory budget"),
        base="Ley 28056 y Ley 29298; DS 142-2009-EF; Instructivo 001-2010-EF/76.01",
        what=_("Part of the investment money is decided in workshops with the people."),
        rules=(
            _(
                "Organisations, and people without one, register as participating agents with voice and vote."
            ),
            _(
                "It has four phases: preparation, agreement, coordination between levels, formalisation."
            ),
            _("The municipality has to publish how much money and which percentage is at stake."),
        ),
        record=_(
            "Record of each workshop, record of agreements and commitments, document of the process."
        ),
    ),
    Mechanism(
        code="comite_vigilancia",
        group="budget",
        kinds=ALL,
        name=_("Oversight committee of the participatory budget"),
        base="Instructivo 001-2010-EF/76.01; ordenanzas",
        what=_("It watches that what was agreed in the participatory budget is done."),
        rules=(
            _(
                "At least four people, elected by the participating agents; none works for the public sector."
            ),
            _("Whoever was in the previous committee cannot be in this one."),
        ),
        record=_("Election record, resolution that recognises it, its reports."),
    ),
    Mechanism(
        code="audiencia_publica",
        group="accounts",
        kinds=MUNICIPAL,
        name=_("Public hearing"),
        base="LOM, art. 119-A (Ley 31433)",
        what=_(
            "The municipality tells everybody how it has spent and what will be done until the end of the year."
        ),
        rules=(
            _("At least two a year: in May and in September."),
            _("Everybody may come and ask."),
        ),
        record=_("Record of the hearing and report."),
    ),
    Mechanism(
        code="audiencia_regional",
        group="accounts",
        kinds=(REGION,),
        name=_("Regional public hearing"),
        base="LOGR, art. 24 (Ley 31433); Decreto Regional 002-2017",
        what=_("The regional government renders accounts and answers questions."),
        rules=(
            _(
                "Two a year, in May and in September: one in the capital of the region and one in a province."
            ),
            _(
                "It is called fifteen days before, with a summary in plain words; you register until the same day."
            ),
            _("What cannot be answered there is answered in writing."),
        ),
        record=_("Signed record, published with the answers."),
    ),
    Mechanism(
        code="cabildo_abierto",
        group="accounts",
        kinds=MUNICIPAL,
        name=_("Open town meeting"),
        base="LOM, art. 119",
        what=_("The municipality calls the people to speak about one question."),
        rules=(_("An ordinance sets the rules."),),
        record=_("Record of the meeting."),
    ),
    Mechanism(
        code="denuncia",
        group="accounts",
        kinds=MUNICIPAL,
        name=_("Complaints and the right to be informed"),
        base="LOM, art. 118",
        what=_(
            "You may ask about the municipality's affairs or report a fault, alone or with others."
        ),
        rules=(
            _("You need not say why you ask for information."),
            _("They have 30 working days to answer in writing."),
        ),
        record=_("Written answer."),
    ),
    Mechanism(
        code="iniciativa_normas",
        group="law",
        kinds=MUNICIPAL,
        name=_("Citizens' initiative for local norms"),
        base="LOM, art. 114; Ley 26300, art. 2.d",
        what=_("Neighbours bring a draft ordinance to the council."),
        rules=(
            _("More than 1 % of the electors sign it; RENIEC checks the signatures."),
            _("It is done on paper: this site informs, it does not collect legal signatures."),
        ),
        record=_("Sheets of signatures and RENIEC's certificate."),
    ),
    Mechanism(
        code="referendum_municipal",
        group="law",
        kinds=MUNICIPAL,
        name=_("Municipal referendum"),
        base="LOM, art. 115",
        what=_("The people approve or strike down an ordinance."),
        rules=(
            _("The council or 20 % of the electors ask the JNE for it; not about taxes."),
            _(
                "It binds if 35 % of the electors vote validly; the same may be asked again after three years."
            ),
        ),
        record=_("Resolution of the JNE."),
    ),
    Mechanism(
        code="demanda_rendicion",
        group="law",
        kinds=ALL,
        name=_("Demand to render accounts"),
        base="Ley 26300, arts. 31–36",
        what=_("Citizens ask an authority, by law, how it used the money."),
        rules=(
            _("10 % of the electors sign, at most 25 000 people."),
            _("The authority has 60 days to answer, and publishes questions and answers."),
        ),
        record=_("List of questions and published answer."),
    ),
    Mechanism(
        code="revocatoria",
        group="law",
        kinds=ALL,
        name=_("Recall of authorities"),
        base="Ley 26300, arts. 20–29-A",
        what=_("Electors may end the term of an elected authority before its time."),
        rules=(
            _(
                "25 % of the electors sign; it is held once in a term, on the second Sunday of June of its third year."
            ),
            _("Half of the electors have to vote, and half plus one of the valid votes decide."),
        ),
        record=_("Resolutions of ONPE and JNE."),
    ),
    Mechanism(
        code="remocion",
        group="law",
        kinds=(REGION,),
        name=_("Removal of officials"),
        base="Ley 26300, arts. 27, 28 y 30",
        what=_("Citizens ask that an official who was appointed, not elected, leave the post."),
        rules=(_("More than half of the electors of the place sign."),),
        record=_("Resolution of the JNE."),
    ),
    Mechanism(
        code="iniciativa_regional",
        group="law",
        kinds=(REGION,),
        name=_("Citizens' initiative for regional norms"),
        base="Ley 26300, art. 2.d",
        what=_("Citizens bring a draft ordinance to the regional council."),
        rules=(_("It is done on paper: this site informs, it does not collect legal signatures."),),
        record=_("Sheets of signatures and RENIEC's certificate."),
    ),
    Mechanism(
        code="portal_propuestas",
        group="site",
        kinds=ALL,
        name=_("Citizens' proposals"),
        base="",
        what=_(
            "You propose something here; if it gathers its supports, the authority has to answer with reasons."
        ),
        rules=(
            _(
                "Verified residents support, once each; the number needed is shown from the start and does not change."
            ),
            _("It is consultative: it obliges to answer, not to accept."),
        ),
        record=_("Public history of each proposal."),
    ),
    Mechanism(
        code="portal_debates",
        group="site",
        kinds=ALL,
        name=_("Debates"),
        base="",
        what=_(
            "Residents or the municipality ask a question, and everybody with an account argues, for or against."
        ),
        rules=(
            _(
                "What the municipality asks ends with a conclusion that names the comments it takes up."
            ),
            _("It is consultative: it shows what people think and why, and decides nothing."),
        ),
        record=_("The question, its arguments and the conclusion stay readable."),
    ),
    Mechanism(
        code="portal_votaciones",
        group="site",
        kinds=ALL,
        name=_("Votes"),
        base="",
        what=_(
            "The authority puts a question to its residents; they vote in secret, here or on paper."
        ),
        rules=(
            _(
                "Verified residents of full age vote, once each; the last vote before closing counts."
            ),
            _(
                "Nobody learns how you voted, and anybody can count the votes again with the public package."
            ),
            _(
                "It is consultative unless a norm makes it binding; the page of each vote says which. It elects no authority and replaces no referendum."
            ),
        ),
        record=_("Rules with their fingerprint, public log, record of the count, and the answer."),
    ),
]


def mechanisms_of(municipality: Municipality) -> list[Mechanism]:
    """Those that the law gives a municipality or government of this kind."""
    return [mechanism for mechanism in MECHANISMS if municipality.kind in mechanism.kinds]


def hearings() -> list[date]:
    """The first day of the months of the next two hearings the law asks for."""
    today = timezone.localdate()
    months = [
        date(year, month, 1) for year in (today.year, today.year + 1) for month in HEARING_MONTHS
    ]
    return [month for month in months if (month.year, month.month) >= (today.year, today.month)][:2]
