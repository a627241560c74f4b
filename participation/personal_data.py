"""Finds what tells who or where somebody is: documents, phones, addresses of mail, plates, accounts.

It reads as a careful neighbour would: a number is a DNI unless the words around it say that
it is money, a date, a law or a file. It only warns and asks, so it prefers to miss what is
hidden on purpose over stopping people who write about a budget.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class Datum(models.TextChoices):
    """Kinds of personal data that people write without thinking."""

    DNI = "dni", _("number of a DNI")
    RUC = "ruc", _("RUC of a person")
    PHONE = "phone", _("mobile number")
    EMAIL = "email", _("e-mail")
    PLATE = "plate", _("number plate")
    ACCOUNT = "account", _("bank account")


@dataclass(frozen=True)
class Found:
    kind: Datum
    text: str


# How many characters before and after a number are read.
NEAR = 28
# No digit and no grouped digits may touch it: a DNI is no piece of a longer number.
ALONE = r"(?<![\w/.,-])(?<!\d )"
ENDS = r"(?![\w/-])(?![.,]\d)(?! \d)"

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@(?P<host>[\w-]+(?:\.[\w-]+)+)")
CCI = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{12}[ -]?\d{2}(?!\d)")
CARD = re.compile(r"(?<![\d-])\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}(?![\d-])")
ACCOUNT = re.compile(r"(?<!\d)\d{2,4}(?:-?\d){8,14}(?!\d)")
RUC = re.compile(r"(?<![\w-])(?:10|15|17)\d{9}(?![\w-])")
PHONE = re.compile(
    r"(?<![\w/.,-])(?<!\d )(?:\+?51[ -]?)?"
    r"(?:9\d{8}|9\d{2}([ .-])\d{3}\1\d{3}|9\d{2}([ .-])\d{2}\2\d{2}\2\d{2}|9(?:[ .-]\d){8})"
    r"(?![\w/-])(?![.,]\d)(?! \d)"
)
DNI = re.compile(ALONE + r"\d{8}(?:-[\dA-K])?" + ENDS)
SPACED_DNI = re.compile(ALONE + r"\d{2}([ .])\d{3}\1\d{3}" + r"(?![\w/-])(?! \d)")
PLATE = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]{2}-\d{3}(?![\w-])")
SAID_PLATE = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]{2}[ -]?\d{3}(?![\w-])", re.IGNORECASE)

SAYS_DNI = re.compile(r"\b(?:dni|d\.n\.i|documento|identidad|libreta electoral|l\.?e\.?)\b")
SAYS_PLATE = re.compile(r"\b(?:placas?|matricula)\b")
SAYS_ACCOUNT = re.compile(r"\b(?:cuenta|cta|cci|ahorros|deposit\w*|yape\w*|plin)\b")
SAYS_MONEY = re.compile(r"(?:s/\.?|us\$|\$|soles|monto|presupuesto|costo|inversion)[ .:de]*$")
# What a number is when it is nobody's: a law, a file, a code, a meter, a register.
SAYS_OFFICIAL = re.compile(
    r"\b(?:ley|leyes|decreto|ds|d\.s|resolucion|ordenanza|acuerdo|expediente|exp|oficio|informe|"
    r"memorando|memo|carta|codigo|cod|cui|snip|invierte|proyecto|partida|suministro|medidor|"
    r"contrato|convenio|licitacion|proceso|siaf|seace|recibo|registro|tramite|ubigeo|ruta|"
    r"carretera|plano|serie|lote|factura|boleta|ticket|articulo|art|norma|meta|hoja)\b"
    r"[\w .,:;()°º#-]{0,16}$"
)
COUNTS = re.compile(
    r"^ ?(?:de )?(?:nuevos )?(?:soles|dolares|habitantes|personas|pobladores|familias|votos|"
    r"votantes|arboles|plantones|metros|m2|m3|m²|m³|km|kilometros|hectareas|ha|litros|toneladas|"
    r"kilos|kg|millones|mil|unidades|ladrillos|veces|anos|euros|%)(?!\w)"
)


def find(text: str) -> list[Found]:
    """What the text seems to show of somebody, each once, in the order of the kinds."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"[^\S\n]+", " ", re.sub(r"[\u2010-\u2015\u2212]", "-", text))
    found: dict[Found, None] = {}
    taken: list[tuple[int, int]] = []
    for kind, match in _all(text):
        start, end = match.span()
        if any(start < stop and end > begin for begin, stop in taken):
            continue
        taken.append((start, end))
        found[Found(kind, match[0].strip())] = None
    return list(found)


def kinds(text: str) -> list[Datum]:
    """The kinds of personal data in a text, each once, without the data themselves."""
    return list(dict.fromkeys(found.kind for found in find(text)))


def _all(text: str) -> Iterator[tuple[Datum, re.Match[str]]]:
    plain = _plain(text)

    def before(match: re.Match[str]) -> str:
        return plain[max(0, match.start() - NEAR) : match.start()]

    def after(match: re.Match[str]) -> str:
        return plain[match.end() : match.end() + NEAR]

    def is_other(match: re.Match[str]) -> bool:
        """Whether the words around say that it is money, a quantity or an official number."""
        return bool(
            SAYS_MONEY.search(before(match))
            or SAYS_OFFICIAL.search(before(match))
            or COUNTS.search(after(match))
        )

    for match in EMAIL.finditer(text):
        if not match["host"].lower().endswith(".gob.pe"):  # an office's is public
            yield Datum.EMAIL, match
    for match in CCI.finditer(text):
        yield Datum.ACCOUNT, match
    for match in CARD.finditer(text):
        if _is_card(match[0]) and not is_other(match):
            yield Datum.ACCOUNT, match
    for match in RUC.finditer(text):
        if not is_other(match):
            yield Datum.RUC, match
    for match in PHONE.finditer(text):
        if not is_other(match):
            yield Datum.PHONE, match
    for match in ACCOUNT.finditer(text):
        if SAYS_ACCOUNT.search(before(match)) and not is_other(match):
            yield Datum.ACCOUNT, match
    for match in DNI.finditer(text):
        if SAYS_DNI.search(before(match)) or not (is_other(match) or _is_date(match[0])):
            yield Datum.DNI, match
    for match in SPACED_DNI.finditer(text):
        if SAYS_DNI.search(before(match)) and not COUNTS.search(after(match)):
            yield Datum.DNI, match
    for match in PLATE.finditer(text):
        if not SAYS_OFFICIAL.search(before(match)):
            yield Datum.PLATE, match
    for match in SAID_PLATE.finditer(text):
        if SAYS_PLATE.search(before(match)):
            yield Datum.PLATE, match


def _plain(text: str) -> str:
    """Lower case without accents, letter for letter, so that places in it are the text's own."""
    return "".join(unicodedata.normalize("NFD", sign)[0].lower()[:1] or sign for sign in text)


def _is_date(digits: str) -> bool:
    """20261123 or 23112026."""
    orders = (digits[:4], digits[4:6], digits[6:8]), (digits[4:8], digits[2:4], digits[:2])
    for year, month, day in orders:
        try:
            if 1900 <= date(int(year), int(month), int(day)).year <= 2100:
                return True
        except ValueError:
            continue
    return False


def _is_card(digits: str) -> bool:
    """The check that every payment card's number passes (Luhn)."""
    total = 0
    for place, sign in enumerate(reversed(re.sub(r"\D", "", digits))):
        number = int(sign) * (1 + place % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0
