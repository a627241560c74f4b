"""What everybody reads of draft norms, and where they mark words."""

from django.urls import path

from norms.views import annotations, article, listing, page


urlpatterns = [
    path("", listing.index, name="index"),
    path("<int:pk>/", page.by_number, name="by_number"),
    path("<int:pk>-<str:title>/", page.detail, name="detail"),
    path("<int:pk>/version/<int:number>/", page.version, name="version"),
    path("<int:pk>/articulo/<slug:slug>/", article.article, name="article"),
    path("<int:pk>/articulo/<slug:slug>/comentar/", annotations.annotate, name="annotate"),
    path("marcas/<int:pk>/", annotations.annotation, name="annotation"),
]
