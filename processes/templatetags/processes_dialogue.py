from django import template

from processes import undertakings
from processes.enums import TeamRole


ON_PROCESS = 3
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


@register.simple_tag
def agreed_first(process):
    """The first of what was agreed in a process and everybody reads; two queries."""
    told = undertakings.for_everybody(process.undertakings.all())
    return list(undertakings.with_story(undertakings.in_order(told))[:ON_PROCESS])
