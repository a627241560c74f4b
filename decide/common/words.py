"""Dates, time left and money as people say them, in the reader's language and in Lima's time."""

import datetime as dt
from decimal import Decimal

from django.utils import formats, timezone
from django.utils.translation import gettext as _, ngettext, pgettext


NARROW_SPACE = "\u202f"
FULL_SPACE = "\u00a0"


def day(value: dt.date | dt.datetime | None) -> str:
    """ "Friday 4 December", with the year if it is another one than now."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if value.year == timezone.localdate().year:
        return formats.date_format(value, pgettext("date format", "l j F"))
    return formats.date_format(value, pgettext("date format", "j F Y"))


def moment(value: dt.date | dt.datetime | None) -> str:
    """ "Friday 4 December, at 18:00"; a date alone has no hour."""
    if not isinstance(value, dt.datetime):
        return day(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return _("%(day)s, at %(time)s") % {"day": day(value), "time": local.strftime("%H:%M")}


def time_left(value: dt.datetime | None, *, now: dt.datetime | None = None) -> str:
    """ "3 days left"; in the last day the hours, in the last hour the minutes; then "closed"."""
    if value is None:
        return ""
    seconds = (value - (now or timezone.now())).total_seconds()
    if seconds <= 0:
        return pgettext("time left", "closed")
    if seconds < 3600:
        left = max(1, int(seconds // 60))
        return ngettext("%(left)d minute left", "%(left)d minutes left", left) % {"left": left}
    if seconds < 48 * 3600:
        left = int(seconds // 3600)
        return ngettext("%(left)d hour left", "%(left)d hours left", left) % {"left": left}
    left = int(seconds // 86400)
    if left > 90:
        months = left // 30
        return ngettext("%(left)d month left", "%(left)d months left", months) % {"left": months}
    return ngettext("%(left)d day left", "%(left)d days left", left) % {"left": left}


def ago(value: dt.datetime | None, *, now: dt.datetime | None = None) -> str:
    """ "2 days ago" within the last month, else the day."""
    if value is None:
        return ""
    seconds = ((now or timezone.now()) - value).total_seconds()
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        past = int(seconds // 60)
        return ngettext("%(past)d minute ago", "%(past)d minutes ago", past) % {"past": past}
    if seconds < 86400:
        past = int(seconds // 3600)
        return ngettext("%(past)d hour ago", "%(past)d hours ago", past) % {"past": past}
    if seconds < 30 * 86400:
        past = int(seconds // 86400)
        return ngettext("%(past)d day ago", "%(past)d days ago", past) % {"past": past}
    return day(value)


def number(value: int | float | Decimal | None) -> str:
    """1 250 000 with narrow spaces that do not break; up to 9999 without."""
    if value is None or value == "":
        return ""
    amount = Decimal(str(value))
    if amount == amount.to_integral_value():
        text = f"{int(amount):,}" if abs(amount) >= 10_000 else f"{int(amount)}"
    else:
        text = f"{amount:,}" if abs(amount) >= 10_000 else f"{amount}"
    return text.replace(",", NARROW_SPACE)


def soles(value: int | float | Decimal | None) -> str:
    """`S/ 1 250 000`; céntimos only where there are any, after a comma: `S/ 12 400,50`."""
    if value is None or value == "":
        return ""
    amount = Decimal(str(value))
    whole = amount == amount.to_integral_value()
    text = f"{int(amount):,}" if whole else f"{amount:,.2f}"
    return f"S/{FULL_SPACE}{text.replace(',', NARROW_SPACE).replace('.', ',')}"


def percent(share: float | None) -> str:
    """0.453 as "45 %"."""
    return "" if share is None else f"{round(share * 100)}{NARROW_SPACE}%"
