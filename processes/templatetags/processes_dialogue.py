from django import template

from processes import undertakings
from processes.enums import TeamRole


register = template.Library()


@register.filter
def light_badge(undertaking):
    """Its light as a word, a tone and an icon."""
    return undertakings.BADGES[undertaking.light]


@register.filter
def evidence_asked(undertaking):
    """The moment since when evidence has been asked for without an answer."""
    return undertakings.evidence_asked(undertaking)


@register.filter
def evidence_of(undertaking):
    """The address of the newest thing that shows it."""
    return undertakings.last_shown(undertaking)


@register.filter
def facilitators(process):
    """Those of the team who facilitate."""
    return [member for member in process.team.all() if member.role == TeamRole.FACILITATES]
