from django.urls import path

from debates.views import conclusions, debates, feeds, listing, page, statements, writing


app_name = "debates"
urlpatterns = [
    path("", listing.index, name="index"),
    path("atom.xml", feeds.DebatesFeed.as_view(), name="feed"),
    path("nuevo/", writing.write, name="write"),
    path("parecidos/", writing.similar, name="similar"),
    path("gestion/", conclusions.desk, name="desk"),
    path("<int:pk>/editar/", writing.edit, name="edit"),
    path("<int:pk>/historial/", debates.history, name="history"),
    path("<int:pk>/cerrar/", debates.close, name="close"),
    path("<int:pk>/concluir/", conclusions.conclude, name="conclude"),
    path("<int:pk>/", page.by_number, name="by_number"),
    path("<int:pk>-<str:title>/", page.detail, name="detail"),
]

# --- What people agree on
urlpatterns += [
    path("<int:pk>/acuerdos/", statements.statements, name="statements"),
    path("<int:pk>/acuerdos/nueva/", statements.add, name="add_statement"),
    path("<int:pk>/acuerdos/mis-votos/", statements.my_votes, name="my_votes"),
    path("<int:pk>/acuerdos/<int:statement>/votar/", statements.vote, name="vote"),
    path("<int:pk>/acuerdos.csv", statements.statements_csv, name="statements_csv"),
]
