"""Peruvian mobile numbers, typed any sensible way, as one form: +51987654321.

Only Peru's: codes go out by SMS at the region's cost, and numbers abroad are what
those who make money with text messages would type.
"""

import phonenumbers


def normalise(text: str | None) -> str | None:
    """The number as +51987654321, or nothing if it is not a Peruvian mobile."""
    try:
        number = phonenumbers.parse(str(text or "")[:40], "PE")
    except phonenumbers.NumberParseException:
        return None
    digits = str(number.national_number)
    if number.country_code != 51 or len(digits) != 9 or not digits.startswith("9"):
        return None
    return f"+51{digits}"


def spaced(phone: str | None) -> str:
    """+51987654321 as people read it: 987 654 321."""
    if not phone:
        return ""
    digits = phone.removeprefix("+51")
    return " ".join(digits[start : start + 3] for start in range(0, len(digits), 3))
