"""Citizens' initiatives, drafts out of proposals, and what machines read of norms."""

from django.urls import path

from norms.views import data, feeds, from_proposal, history, initiatives


urlpatterns = [
    path("iniciativas/", initiatives.initiatives, name="initiatives"),
    path("iniciativas/nueva/", initiatives.write, name="write_initiative"),
    path("iniciativas/<int:pk>/", initiatives.initiative, name="initiative"),
    path("iniciativas/<int:pk>/editar/", initiatives.edit, name="edit_initiative"),
    path("iniciativas/<int:pk>/publicar/", initiatives.publish, name="publish_initiative"),
    path("iniciativas/<int:pk>/paso/<str:state>/", initiatives.move, name="move_initiative"),
    path("desde-propuesta/<int:pk>/", from_proposal.from_proposal, name="from_proposal"),
    path("atom.xml", feeds.NormsFeed.as_view(), name="feed"),
    path("normas.<str:kind>", data.norms_data, name="norms_data"),
    path("<int:pk>/historial/", history.history, name="history"),
    path("<int:pk>/texto.json", data.text_json, name="text_json"),
]
