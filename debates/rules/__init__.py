"""Who may do what in the debates room, one file for each noun."""

from debates.rules.debates import (
    speaks_for_the_municipality,
    why_not_close,
    why_not_conclude,
    why_not_debate,
    why_not_edit,
)


__all__ = [
    "speaks_for_the_municipality",
    "why_not_close",
    "why_not_conclude",
    "why_not_debate",
    "why_not_edit",
]
