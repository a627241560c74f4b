from django import template
from django.core.paginator import Page
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from decide.common import markdown as md, money, words
from decide.common.icons import ICONS


register = template.Library()

register.filter("lima_date", words.moment)
register.filter("lima_day", words.day)
register.filter("time_left", lambda value: words.time_left(value))
register.filter("ago", lambda value: words.ago(value))
register.filter("soles", words.soles)
register.filter("money", money.soles)  # of whole céntimos
register.filter("number", words.number)
register.filter("percent", words.percent)
register.filter("markdown", md.to_html)


@register.simple_tag
def icon(name, label="", css=""):
    """An icon in the line of text; without a label it is ornament and silent."""
    classes = f"icon {css}".strip()
    drawing = mark_safe(ICONS[name])  # noqa: S308  our own drawing
    if label:
        return format_html(
            '<svg class="{}" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>',
            classes,
            label,
            drawing,
        )
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', classes, drawing
    )


@register.simple_tag
def page_range(page: Page):
    """The numbers to show: the ends, the neighbours and None for a gap, however many pages there are."""
    last = page.paginator.num_pages
    near = {1, last, *range(page.number - 1, page.number + 2)}
    shown = sorted(number for number in near if 1 <= number <= last)
    numbers = []
    for number in shown:
        if numbers and number - numbers[-1] == 2:
            numbers.append(number - 1)
        elif numbers and number - numbers[-1] > 2:
            numbers.append(None)
        numbers.append(number)
    return numbers


@register.filter
def initials(name: str) -> str:
    """ "Rosa Quispe Luján" as RQ, for a portrait that nobody had to upload."""
    return "".join(word[0] for word in str(name).split()[:2]).upper()
