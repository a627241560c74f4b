from django import template

from participation.models import Follow
from participation.rules import why_not_follow
from participation.rules.following import tag_of, why_not_follow_here, why_not_follow_person


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


register.filter("as_tag", tag_of)


@register.inclusion_tag("participation/_follow_here.html", takes_context=True)
def follow_here_button(context, person=None, tag="", back=""):
    """The same for a person, a tag or, with neither, the municipality of the page."""
    request = context["request"]
    place = request.municipality
    if person:
        reason = why_not_follow_person(request.user, place, person)
    else:
        reason = why_not_follow_here(request.user, place)
    follows = (
        reason is None
        and Follow.objects.filter(
            municipality=place, user=request.user, thread=None, person=person, tag=tag or ""
        ).exists()
    )
    return {
        "request": request,
        "municipality": place,
        "csrf_token": context.get("csrf_token"),
        "person": person,
        "tag": tag,
        "back": back or request.get_full_path(),
        "name": f"p{person.pk}" if person else ("tag" if tag else "place"),
        "reason": reason,
        "follows": follows,
    }
