from django import template

from accounts.phones import spaced


register = template.Library()
register.filter("mobile", spaced)
