"""What came out, and how anybody checks it."""

from django.urls import path

from votes.views import integrity, objections, results


urlpatterns = [
    path("<int:pk>/resultados/", results.results, name="results"),
    path("<int:pk>/resultados/respuestas/<str:question>/", results.answers, name="answers"),
    path("<int:pk>/resultados.csv", results.results_csv, name="results_csv"),
    path("<int:pk>/paquete.zip", results.package, name="package"),
    path("<int:pk>/comprobar/", results.verify, name="verify"),
    path("<int:pk>/acta.pdf", integrity.acta, name="acta"),
    path("<int:pk>/acta-de-integridad/", integrity.integrity, name="integrity"),
    path("<int:pk>/acta-de-integridad.pdf", integrity.integrity_pdf, name="integrity_pdf"),
    path("<int:pk>/acta-de-integridad.json", integrity.integrity_json, name="integrity_json"),
    path("<int:pk>/objetar/", objections.object_to, name="object"),
]
