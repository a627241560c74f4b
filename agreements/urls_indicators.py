"""Indicators: what is measured, entered and computed: below /observatorio/, and below /<municipality>/convenios/."""

from django.urls import path

from agreements.views import indicators, indicators_desk


observatory: list[path] = [
    path("indicadores/", indicators.indicators, name="indicators"),
    path("indicadores/metodo/", indicators.method, name="indicators_method"),
    path("indicadores/datos.<str:kind>", indicators.data, name="indicators_data"),
    path("indicadores/<slug:code>/", indicators.indicator, name="indicator"),
    path(
        "indicadores/<slug:code>/datos.<str:kind>",
        indicators.indicator_data_of,
        name="indicator_data",
    ),
]
town: list[path] = [
    path("indicadores/", indicators_desk.periods, name="indicator_periods"),
    path("indicadores/<slug:period>/", indicators_desk.grid, name="indicator_grid"),
    path("indicadores/<slug:period>/enviar/", indicators_desk.send, name="indicator_send"),
    path(
        "indicadores/<slug:period>/sin-avance/<slug:code>/",
        indicators_desk.no_progress,
        name="indicator_no_progress",
    ),
    path(
        "indicadores/<slug:period>/desglose/<slug:code>/",
        indicators_desk.cells,
        name="indicator_cells",
    ),
    path(
        "indicadores/<slug:period>/libro.xlsx", indicators_desk.workbook, name="indicator_workbook"
    ),
    path("indicadores/<slug:period>/subir/", indicators_desk.upload, name="indicator_upload"),
]
