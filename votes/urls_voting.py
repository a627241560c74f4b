"""What citizens see and do."""

from django.urls import path

from votes.views import feeds, listing, log, page, places, receipts, rules_page, voting


urlpatterns = [
    path("", listing.index, name="index"),
    path("atom.xml", feeds.PollsFeed.as_view(), name="feed"),
    path("<int:pk>/", page.by_number, name="by_number"),
    path("<int:pk>-<str:title>/", page.detail, name="detail"),
    path("<int:pk>/lugares.json", places.places, name="places"),
    path("<int:pk>/votar/", voting.vote, name="vote"),
    path("<int:pk>/votar/emitir/", voting.cast, name="cast"),
    path("<int:pk>/votar/auditar/", voting.audit, name="audit"),
    path("<int:pk>/comprobante/", receipts.check, name="check"),
    path("<int:pk>/comprobante/<str:attempt>/", receipts.receipt, name="receipt"),
    path("<int:pk>/registro/", log.log, name="log"),
    path("<int:pk>/registro.json", log.log_json, name="log_json"),
    path("<int:pk>/reglas/", rules_page.rules, name="rules"),
    path("<int:pk>/reglas.json", rules_page.rules_json, name="rules_json"),
]
