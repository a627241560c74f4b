"""The clauses of a convenio: the usual ones, which are missing, and two convenios side by side.

The model follows the convenios de gestión of Decreto Regional 001-2020; that of free separation is
asked for by the law (TUO of Ley 27444, article 88.3). Its text is a proposal in Spanish, not the
site's own words, and is changed in the template.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from agreements.models import Agreement, Clause
from decide.common import changes


# key, title, text, whether a convenio cannot do without it
STANDARD = [
    (
        "antecedentes",
        "Antecedentes",
        "Las partes trabajan juntas para que la población participe en los asuntos públicos, en el marco del plan de acción de gobierno abierto.",
        False,
    ),
    (
        "base_legal",
        "Base legal",
        "Constitución Política; Ley 27783; Ley 27867; Ley 27972; Ley 26300; Ley 28056; TUO de la Ley 27444, artículos 87 y 88.",
        True,
    ),
    ("objeto", "Objeto", "El presente convenio tiene por objeto …", True),
    (
        "compromisos",
        "Compromisos de las partes",
        "Cada parte cumple los compromisos que constan en este convenio, con su plazo, su indicador y su línea de base.",
        True,
    ),
    (
        "coordinadores",
        "Coordinadores",
        "Cada parte designa por su cargo a quien coordina la ejecución y el seguimiento, e informa de todo cambio dentro de los siete días hábiles.",
        True,
    ),
    (
        "informes",
        "Informes y evaluación",
        "Las partes informan cada trimestre dentro de los quince días hábiles de terminado, y cada año dentro de los veinte.",
        True,
    ),
    (
        "publicidad",
        "Publicidad",
        "El convenio, sus adendas y sus informes se publican en el portal, sin datos personales.",
        True,
    ),
    (
        "financiamiento",
        "Financiamiento",
        "El convenio no supone transferencia de recursos entre las partes.",
        True,
    ),
    (
        "plazo",
        "Plazo",
        "Rige desde el día siguiente de su suscripción hasta el …; la ampliación se acuerda mientras esté vigente.",
        True,
    ),
    (
        "modificaciones",
        "Modificaciones",
        "Toda modificación se acuerda por adenda, que se suscribe con las mismas formalidades.",
        True,
    ),
    (
        "separacion",
        "Libre adhesión y separación",
        "Las partes se adhieren y se separan libremente; la separación se comunica por escrito con la anticipación acordada.",
        True,
    ),
    (
        "resolucion",
        "Resolución",
        "Procede por mutuo acuerdo, por incumplimiento no subsanado en quince días hábiles, o por caso fortuito o fuerza mayor.",
        True,
    ),
    (
        "anticorrupcion",
        "Anticorrupción",
        "Las partes declaran que nadie ofreció ni recibió ventaja alguna por este convenio.",
        False,
    ),
    (
        "controversias",
        "Solución de controversias",
        "Toda diferencia se resuelve por trato directo, según las reglas de la buena fe.",
        True,
    ),
    (
        "domicilio",
        "Domicilios",
        "Los que figuran en la parte introductoria; todo cambio se comunica por escrito.",
        False,
    ),
]


def standard() -> list[dict[str, Any]]:
    """The usual clauses as a template keeps them."""
    return [
        {"key": key, "title": title, "text": text, "required": required}
        for key, title, text, required in STANDARD
    ]


def required_of(agreement: Agreement) -> list[dict[str, Any]]:
    """The clauses that this convenio cannot do without: its template's, or the usual ones."""
    clauses = agreement.template.clauses if agreement.template else standard()
    return [clause for clause in clauses if clause.get("required")]


@dataclass(frozen=True)
class Check:
    """A line of the checklist."""

    key: str
    title: str
    is_there: bool


def checklist(agreement: Agreement, written: Iterable[Clause] | None = None) -> list[Check]:
    """Each clause that has to be there, and whether it says something."""
    clauses = agreement.clauses.all() if written is None else written
    there = {clause.key for clause in clauses if clause.text.strip()}
    return [Check(one["key"], one["title"], one["key"] in there) for one in required_of(agreement)]


def missing(agreement: Agreement, written: Iterable[Clause] | None = None) -> list[str]:
    return [check.title for check in checklist(agreement, written) if not check.is_there]


@dataclass(frozen=True)
class Compared:
    """A clause of two convenios: `pieces` is empty where only one of them has it."""

    title: str
    first: str
    second: str
    pieces: list[changes.Piece]

    @property
    def is_same(self) -> bool:
        return self.first == self.second


def compare(first: Agreement, second: Agreement) -> list[Compared]:
    """Clause by clause, in the order of the first, and then what only the second has."""
    ours = {clause.key: clause for clause in first.clauses.all()}
    theirs = {clause.key: clause for clause in second.clauses.all()}
    found = []
    for key in [*ours, *(key for key in theirs if key not in ours)]:
        one, other = ours.get(key), theirs.get(key)
        before, after = one.text if one else "", other.text if other else ""
        both = changes.between(before, after) if one and other and before != after else []
        found.append(Compared((one or other).title, before, after, both))
    return found
