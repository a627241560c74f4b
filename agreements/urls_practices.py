"""The catalogue of practices, their transfer and how deep they take root: below /observatorio/, and below /<municipality>/convenios/."""

from django.urls import path

from agreements.views import practices, practices_review, practices_town, showing_town


observatory = [
    path("practicas/", practices.practices, name="practices"),
    path("practicas/comparar/", practices.compare_practices, name="compare_practices"),
    path("practicas/matriz/", practices.practice_matrix, name="practice_matrix"),
    path("practicas/nominar/", practices_review.nominate_practice, name="nominate_practice"),
    path(
        "practicas/por-evaluar/", practices_review.practices_to_review, name="practices_to_review"
    ),
    path(
        "practicas/por-evaluar/<slug:code>/",
        practices_review.review_practice,
        name="review_practice",
    ),
    path("practicas/<slug:code>/", practices.practice, name="practice"),
    path("practicas/<slug:code>/kit.zip", practices.practice_kit, name="practice_kit"),
    path("transferencias/<int:pk>/", practices.transfer, name="transfer"),
    path(
        "municipalidades/<slug:slug>/transferencia/",
        practices.town_transfers,
        name="town_transfers",
    ),
    path(
        "municipalidades/<slug:slug>/transferencia.pdf",
        practices.town_transfers_pdf,
        name="town_transfers_pdf",
    ),
    path("municipalidades/<slug:slug>/parecidas/", practices.alike, name="alike"),
]
town = [
    path("practicas/", practices_town.transfers, name="transfers"),
    path("practicas/nueva/", practices_town.begin_transfer, name="begin_transfer"),
    path("practicas/<int:pk>/", practices_town.transfer, name="transfer"),
    path(
        "practicas/<int:pk>/requisitos/",
        practices_town.transfer_readiness,
        name="transfer_readiness",
    ),
    path(
        "practicas/<int:pk>/componentes/<int:component>/",
        practices_town.transfer_adapt,
        name="transfer_adapt",
    ),
    path("practicas/<int:pk>/campana/", showing_town.tell, name="tell_people"),
    path("practicas/<int:pk>/actividades/<int:activity>/", showing_town.hold, name="hold_activity"),
    path(
        "practicas/<int:pk>/evidencia/<slug:word>/<int:of>/",
        showing_town.show,
        name="show_evidence",
    ),
    path("practicas/<int:pk>/espacio/", practices_town.transfer_preset, name="transfer_preset"),
    path("practicas/<int:pk>/aceptar/", practices_town.transfer_accept, name="transfer_accept"),
]
