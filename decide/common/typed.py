"""What people type, without what nobody sees: it hides words and turns the writing round."""

import unicodedata


def visible(text: str) -> str:
    """Without formatting signs, and with a space for each control sign but a new line.

    A zero stays, for the form to refuse.
    """
    return "".join(_shown(sign) for sign in text)


def says_something(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def _shown(sign: str) -> str:
    if sign in "\x00\r\n":
        return sign
    kind = unicodedata.category(sign)
    if kind == "Cf":
        return ""
    return " " if kind in ("Cc", "Zl", "Zp") else sign
