"""The page that shows every component, for whoever builds pages here and for the eyes of the tests."""

import datetime as dt

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from decide.common.icons import ICONS


class EveryField(forms.Form):
    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("In one line: what you propose.")
    )
    text = forms.CharField(label=_("What for, and for whom"), widget=forms.Textarea)
    category = forms.ChoiceField(
        label=_("Category"), choices=[("water", _("Water")), ("roads", _("Roads"))], required=False
    )
    area = forms.ChoiceField(
        label=_("Area"),
        choices=[("urban", _("Town")), ("rural", _("Countryside"))],
        widget=forms.RadioSelect,
    )
    tags = forms.MultipleChoiceField(
        label=_("Tags"),
        choices=[("young", _("Young people")), ("farming", _("Farming"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    photo = forms.FileField(label=_("Photo"), required=False, help_text=_("At most 5 MB."))
    agree = forms.BooleanField(label=_("I have read the rules of use"))


class SomeFilters(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, widget=forms.SearchInput)
    category = forms.ChoiceField(label=_("Category"), choices=[("", _("All"))], required=False)
    area = forms.ChoiceField(label=_("Area"), choices=[("", _("All"))], required=False)
    date = forms.DateField(
        label=_("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


@require_GET
def components(request):
    now = timezone.now()
    context = {
        "empty_form": EveryField(auto_id="empty_%s"),
        "wrong_form": EveryField({"title": "Agua para todos", "area": "other"}, auto_id="wrong_%s"),
        "page": Paginator(range(20_000), 20).page(500),
        "soon": now + dt.timedelta(days=3, hours=2),
        "past": now - dt.timedelta(days=9),
        "amount": 1_250_000,
        "crumbs": [("Otuzco", "/"), (_("Proposals"), "/"), (_("Clean water for Chanchacap"), None)],
        "steps": [
            {"label": _("Published"), "state": "done", "date": now - dt.timedelta(days=40)},
            {"label": _("Gathers supports"), "state": "done", "date": now - dt.timedelta(days=9)},
            {"label": _("Under evaluation"), "state": "current"},
            {"label": _("Answered"), "state": "todo"},
            {"label": _("Done"), "state": "todo"},
        ],
        "badge": {"label": _("Gathers supports"), "tone": "open", "icon": "hand"},
        "meta": [{"icon": "pin", "text": "Chanchacap"}, {"icon": "comment", "text": "12"}],
        "markdown": "## Por qué\n\nEl agua llega **dos horas** al día.\n\n- Un reservorio\n- Una [ordenanza](https://example.org)\n\n> Lo pedimos desde 2019.",
        "icons": sorted(ICONS),
        "filter_form": SomeFilters(auto_id="filter_%s"),
        "shown": ["q", "category", "area"],
        "decision": {
            "title": _("Clean water for Chanchacap"),
            "url": "#lists",
            "verb": _("Support"),
            "icon": "hand",
            "place": "Otuzco",
            "closes": now + dt.timedelta(days=3, hours=2),
        },
        "pictures": [
            {
                "src": static("img/example.svg"),
                "width": 640,
                "height": 400,
                "alt": _("A stepped wall before the hills"),
                "caption": _("Chan Chan, as we draw it"),
            }
        ],
        "head": [_("Municipality"), _("Proposals"), _("Supports")],
        "rows": [["Otuzco", 31, "2 104"], ["Trujillo", 118, "14 870"]],
    }
    return render(request, "decide/components.html", context)
