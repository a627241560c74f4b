from django.urls import URLPattern, path

from budgets.views import works, works_bringing, works_listing, works_supports, works_writing


urlpatterns: list[URLPattern] = [
    # --- Of a budget
    path("<int:pk>/obras/", works_listing.works, name="works"),
    path("<int:pk>/obras/puntos.json", works_listing.points, name="works_points"),
    path("<int:pk>/obras/atom.xml", works_listing.WorksFeed.as_view(), name="works_feed"),
    path("<int:pk>/obras/nueva/", works_writing.write, name="write_work"),
    path("<int:pk>/obras/guardar/", works_writing.autosave, name="autosave_work"),
    path("<int:pk>/obras/parecidas/", works_writing.similar, name="similar_works"),
    path("<int:pk>/obras/alcanza/", works_writing.cost_hint, name="cost_hint"),
    path(
        "<int:pk>/obras/desde-propuesta/<int:proposal>/",
        works_bringing.bring,
        name="bring_proposal",
    ),
    # --- Of all budgets of a place
    path("obras/mias/", works.mine, name="my_works"),
    path("obras/comparar/", works.compare, name="compare_works"),
    # --- A work
    path("obras/<int:pk>/", works.by_number, name="work_by_number"),
    path("obras/<int:pk>/editar/", works_writing.edit, name="edit_work"),
    path("obras/<int:pk>/guardar/", works_writing.autosave_draft, name="autosave_work_draft"),
    path("obras/<int:pk>/vista-previa/", works_writing.preview, name="preview_work"),
    path("obras/<int:pk>/publicar/", works_writing.publish, name="publish_work"),
    path("obras/<int:pk>/borrar/", works_writing.delete, name="delete_work"),
    path("obras/<int:pk>/retirar/", works.withdraw, name="withdraw_work"),
    path("obras/<int:pk>/historial/", works.history, name="work_history"),
    path("obras/<int:pk>/apoyar/", works_supports.support, name="support_work"),
    path("obras/<int:pk>/quitar-apoyo/", works_supports.take_back, name="unsupport_work"),
    path("obras/<int:pk>-<str:title>/", works.work, name="work"),
    path(
        "gestion/obras/<int:pk>/retirar/",
        works.withdraw_from_ballot,
        name="withdraw_from_ballot",
    ),
]
