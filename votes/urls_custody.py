"""The trustees' pages, and the ceremonies at which they meet."""

from django.urls import path

from votes.views import custody, custody_trustee as trustee


urlpatterns = [
    path("gestion/<int:pk>/llave/", custody.keys, name="keys"),
    path("gestion/<int:pk>/llave.pdf", custody.keys_sheet, name="keys_sheet"),
    path("gestion/<int:pk>/apertura/", custody.opening, name="opening"),
    path("gestion/<int:pk>/cierre.pdf", custody.closing_sheet, name="closing_sheet"),
    path("gestion/<int:pk>/apertura.pdf", custody.opening_sheet, name="opening_sheet"),
    path("<int:pk>/custodia/", custody.custody, name="custody"),
    path("<int:pk>/custodia/<str:token>/", trustee.trustee, name="trustee"),
    path("<int:pk>/custodia/<str:token>/palabras/", trustee.type_words, name="type_words"),
    path("<int:pk>/custodia/<str:token>/hoja.pdf", trustee.trustee_sheet, name="trustee_sheet"),
]
