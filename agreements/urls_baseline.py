"""How participation stood, and where to begin: below /observatorio/, and below /<municipality>/convenios/."""

from django.urls import path

from agreements.views import (
    baseline,
    baseline_town,
    compliance,
    conflicts,
    interest_town,
    priorities,
)


observatory = [
    path("linea-de-base/", baseline.matrix, name="baselines"),
    path("linea-de-base/datos.csv", baseline.matrix_csv, name="baselines_csv"),
    path("linea-de-base/datos.json", baseline.matrix_json, name="baselines_json"),
    path("linea-de-base/<slug:slug>/", baseline.of_town, name="baseline_of"),
    path("conflictos/", conflicts.index, name="conflicts"),
    path("prioridades/", priorities.index, name="priorities"),
    path("prioridades/datos.csv", priorities.data, name="priorities_csv"),
    path("representantes/", priorities.seats, name="seats"),
    path("interesadas/", priorities.interests, name="interests"),
]
town = [
    path("linea-de-base/", baseline_town.index, name="baselines"),
    path("linea-de-base/<int:pk>/", baseline_town.sheet, name="baseline"),
    path("linea-de-base/<int:pk>/paso/<slug:step>/", baseline_town.step, name="baseline_step"),
    path("linea-de-base/<int:pk>/cerrar/", baseline_town.lock, name="lock_baseline"),
    path("linea-de-base/<int:pk>/corregir/", baseline_town.correct, name="correct_baseline"),
    path(
        "linea-de-base/<int:pk>/prueba/<slug:mechanism>/",
        baseline_town.evidence,
        name="baseline_evidence",
    ),
    path("interes/", interest_town.index, name="interests"),
    path("interes/<int:pk>/retirar/", interest_town.withdraw, name="withdraw_interest"),
    path("cumplimiento/", compliance.index, name="compliance"),
    path(
        "cumplimiento/audiencia-<int:year>-<int:month>.pdf",
        compliance.hearing,
        name="hearing_file",
    ),
    path("cumplimiento/presupuesto-<int:pk>.pdf", compliance.dossier, name="budget_dossier"),
]
