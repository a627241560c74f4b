from django import template

from participation.models import Follow
from participation.rules import why_not_follow


register = template.Library()


@register.inclusion_tag("participation/_follow.html", takes_context=True)
def follow_button(context, thread):
    """The button to follow a thread or to stop; under it why not, if it cannot be."""
    request = context["request"]
    reason = why_not_follow(request.user, thread)
    follows = reason is None and Follow.objects.filter(thread=thread, user=request.user).exists()
    return {
        "request": request,
        "municipality": request.municipality,
        "csrf_token": context.get("csrf_token"),
        "thread": thread,
        "reason": reason,
        "follows": follows,
    }
