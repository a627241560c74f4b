from django.urls import path

from budgets.views import feeds, listing, page, rules_page


urlpatterns = [
    path("", listing.index, name="index"),
    path("atom.xml", feeds.BudgetsFeed.as_view(), name="feed"),
    path("<int:pk>/", page.by_number, name="by_number"),
    path("<int:pk>/reglas/", rules_page.rules, name="rules_page"),
    path("<int:pk>/reglas.json", rules_page.rules_json, name="rules_json"),
    path("<int:pk>-<str:title>/", page.detail, name="detail"),
]
