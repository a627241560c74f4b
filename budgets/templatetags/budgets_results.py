from django import template


register = template.Library()


@register.filter
def said_by(amount, outcome):
    """An amount in the currency of what was counted."""
    return outcome.money_in_words(amount)
