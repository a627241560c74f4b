from django import template

from decide.common import markdown
from participation import mentions
from participation.conversation import reaction_of, reactions_context


register = template.Library()


@register.filter
def said(comment):
    """The words of a comment; whom it names leads to their page."""
    people = mentions.addresses(comment.municipality, comment.mentions)
    return markdown.to_html(comment.text, people=people)


@register.inclusion_tag("participation/_reactions.html", takes_context=True)
def agreement(context, thread):
    """Whether people agree with a thing as a whole, and the buttons to say so."""
    user = context["request"].user
    shown = reactions_context(user, thread, None, reaction_of(user, thread))
    return {"request": context["request"], "csrf_token": context.get("csrf_token")} | shown
