"""The indicators as everybody reads them, each with its light, its method and its data."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agreements import indicator_data, told
from agreements.charts import chart
from agreements.enums import IndicatorLevel
from agreements.forms.indicators import ChoiceForm
from agreements.models import Indicator
from agreements.observed import choose, course, lines


@require_safe
def indicators(request):
    """By what they tell of, with baseline, target, actual and gap."""
    choice = choose(request.GET)
    found = lines(choice, by=request.user)
    levels = [
        (level.label, [line for line in found if line.indicator.level == level])
        for level in IndicatorLevel
    ]
    context = {
        "choice": choice,
        "form": ChoiceForm(choice),
        "levels": [(label, some) for label, some in levels if some],
    }
    return render(request, "agreements/indicators/index.html", context)


@require_safe
def indicator(request, code):
    found = get_object_or_404(Indicator, code=code, is_active=True)
    choice = choose(request.GET)
    one = course(found, choice, by=request.user)
    by_gender, many = told.by_gender(one.now)
    context = {
        "indicator": found,
        "choice": choice,
        "form": ChoiceForm(choice, with_totals=one.has_rates),
        "course": one,
        "line": one.line,
        "verdict": one.verdict,
        "chart": chart([(label, shown.text, v) for label, shown, v in one.points], one.line.goal),
        "bands": one.bands(),
        "parts": told.parts(one.now),
        "census": one.census(),
        "by_gender": by_gender,
        "told_of": many,
    }
    return render(request, "agreements/indicators/detail.html", context)


@require_safe
def method(request):
    """How each is computed, how lights are given and small numbers hidden."""
    context = {"indicators": Indicator.objects.filter(is_active=True)}
    return render(request, "agreements/indicators/method.html", context)


@require_safe
def data(request, kind):
    """Every figure of the chosen period."""
    return as_file(request, kind, None)


@require_safe
def indicator_data_of(request, code, kind):
    get_object_or_404(Indicator, code=code, is_active=True)
    return as_file(request, kind, code)


def as_file(request, kind, code):
    choice = choose(request.GET)
    found = [line for line in lines(choice, by=request.user) if code in (None, line.indicator.code)]
    name = f"{code or 'indicadores'}-{choice.period.label}"
    if kind == "json":
        return JsonResponse(
            indicator_data.as_json(found, choice), json_dumps_params={"ensure_ascii": False}
        )
    if kind != "csv":
        raise Http404
    text = "\ufeff" + indicator_data.as_csv(found, choice)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
