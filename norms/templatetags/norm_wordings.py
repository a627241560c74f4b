"""For templates that show a proposed wording, wherever it stands."""

from django import template

from norms import wordings
from norms.changes import readable


register = template.Library()


@register.filter
def difference(before, after):
    """The pieces between two texts, for norms/_difference.html."""
    return readable(before, after)


@register.simple_tag(takes_context=True)
def looked_at(context, wording):
    """The wording with what this person may say of it; pages with many prepare them together."""
    if not hasattr(wording, "counts"):
        norm = wording.norm
        norm.municipality = context["request"].municipality
        wordings.prepare(context["request"].user, norm, [wording])
    return wording


@register.simple_tag(takes_context=True)
def works_here(context):
    """Whether this person works on the norms of this place."""
    request = context["request"]
    return request.user.has_perm("norms.work_at_desk", request.municipality)
