"""How staff pages after the choice answer: with a form, or with what was done or why not."""

from django.contrib import messages
from django.shortcuts import render


def attempt(request, said, refusal, act, *args, **kwargs):
    """Do it and say so, or say why not; what it gave, or nothing."""
    try:
        done = act(*args, **kwargs)
    except refusal as reason:
        messages.error(request, str(reason))
        return None
    if said:
        messages.success(request, said)
    return done


def form_page(request, form, *, title, button, back, lead="", danger=False):
    """One form on a page; `back` is the address and name of where it belongs."""
    context = {
        "form": form,
        "title": title,
        "button": button,
        "back": back,
        "lead": lead,
        "danger": danger,
    }
    status = 422 if form.is_bound else 200
    return render(request, "budgets/after/form.html", context, status=status)
