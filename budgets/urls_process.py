from django.urls import path

from budgets.views import desk, feeds, listing, page, rules_page, writing


urlpatterns = [
    path("", listing.index, name="index"),
    path("atom.xml", feeds.BudgetsFeed.as_view(), name="feed"),
    path("<int:pk>/", page.by_number, name="by_number"),
    path("<int:pk>/reglas/", rules_page.rules, name="rules_page"),
    path("<int:pk>/reglas.json", rules_page.rules_json, name="rules_json"),
    path("gestion/", desk.desk, name="desk"),
    path("gestion/nuevo/", writing.new, name="new"),
    path("gestion/<int:pk>/", desk.case, name="case"),
    path("gestion/<int:pk>/editar/", writing.edit, name="edit"),
    path("gestion/<int:pk>/rubros/", writing.headings, name="headings"),
    path("gestion/<int:pk>/matriz/", writing.criteria, name="criteria"),
    path("gestion/<int:pk>/etapas/", writing.all_steps, name="steps"),
    path("gestion/<int:pk>/etapas/<str:kind>/", writing.step, name="step"),
    path("gestion/<int:pk>/abrir/", writing.open_budget, name="open"),
    path("gestion/<int:pk>/anular/", writing.cancel, name="cancel"),
    path("gestion/<int:pk>/copiar/", writing.clone, name="clone"),
    path("<int:pk>-<str:title>/", page.detail, name="detail"),
]
