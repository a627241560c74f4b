"""Convenios for everybody, below /observatorio/; and for a municipality, below /<slug>/convenios/."""

from django.urls import path

from agreements.views import convenios as views, convenios_town as town_views


observatory = [
    path("convenios/", views.convenios, name="convenios"),
    path("convenios/datos.csv", views.data, name="convenios_data"),
    path("convenios/comparar/", views.compare, name="convenios_compare"),
    path("convenios/archivos/<int:pk>/", views.file, name="convenio_file"),
    path("convenios/<str:code>/", views.convenio, name="convenio"),
    path("convenios/<str:code>/pdf/", views.as_pdf, name="convenio_pdf"),
    path("documentos/", views.documents, name="documents"),
    path("documentos/<int:pk>/", views.document, name="document"),
]
town = [
    path("", town_views.convenios, name="convenios"),
    path("<int:pk>/", town_views.convenio, name="convenio"),
    path("<int:pk>/pdf/", town_views.as_pdf, name="convenio_pdf"),
    path("<int:pk>/borrador.docx", town_views.as_docx, name="convenio_docx"),
    path("archivos/<int:pk>/", town_views.file, name="convenio_file"),
    path("informes/<int:pk>/", town_views.report, name="report"),
    path("informes/<int:pk>/certificar/", town_views.certify, name="certify_report"),
]
