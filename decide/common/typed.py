"""What people and browsers send: without what nobody sees, and numbers only if they are some."""

import unicodedata


def visible(text: str) -> str:
    """Without formatting signs, and with a space for each control sign but a new line.

    A zero stays, for the form to refuse.
    """
    return "".join(_shown(sign) for sign in text)


def says_something(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def harmless(cell: str) -> str:
    """For a CSV file: a spreadsheet must not take what people wrote for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def number(text: str | None) -> int | None:
    """An id from an address or a form, if it can be one: plain digits that a bigint holds."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _shown(sign: str) -> str:
    if sign in "\x00\r\n":
        return sign
    kind = unicodedata.category(sign)
    if kind == "Cf":
        return ""
    return " " if kind in ("Cc", "Zl", "Zp") else sign
