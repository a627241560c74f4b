from django import template

from participation.rules import moderation


register = template.Library()


@register.simple_tag(takes_context=True)
def moderates(context):
    """Whether who looks at the page moderates in its municipality; costs no query of its own."""
    request = context["request"]
    return request.user.has_perm("participation.moderate", request.municipality)


@register.simple_tag
def hidden_because(thread, comment=None):
    """Why something is out of sight, for the few pages that have to say it."""
    return moderation.why_hidden(thread, comment)
