"""What staff do to bring a text in and to run a draft norm."""

from django.urls import path

from norms.views import staff, structure


urlpatterns = [
    path("gestion/", staff.desk, name="desk"),
    path("gestion/nueva/", staff.write, name="write"),
    path("gestion/<int:pk>/", staff.manage, name="manage"),
    path("gestion/<int:pk>/editar/", staff.edit, name="edit"),
    path("gestion/<int:pk>/texto/", structure.import_text, name="import_text"),
    path("gestion/<int:pk>/texto/copiar/", structure.copy_version, name="copy_version"),
    path("gestion/<int:pk>/estructura/", structure.structure, name="structure"),
    path("gestion/<int:pk>/estructura/agregar/", structure.add_part, name="add_part"),
    path("gestion/<int:pk>/estructura/<int:part>/", structure.edit_part, name="edit_part"),
    path("gestion/<int:pk>/estructura/<int:part>/cortar/", structure.cut_part, name="cut_part"),
    path("gestion/<int:pk>/lenguaje-claro/", structure.plain_language, name="plain"),
    path("gestion/<int:pk>/version/", structure.publish_version, name="publish_version"),
    path("gestion/<int:pk>/publicar/", staff.publish, name="publish"),
    path("gestion/<int:pk>/plazos/", staff.extend, name="extend"),
    path("gestion/<int:pk>/retirar/", staff.withdraw, name="withdraw"),
    path("gestion/<int:pk>/resultado/", staff.result, name="result"),
]
