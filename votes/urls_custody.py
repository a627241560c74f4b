"""The trustees' pages, and the ceremonies at which they meet."""

from django.urls import path

from votes.views import custody_trustee as trustee


urlpatterns = [
    path("<int:pk>/custodia/<str:token>/", trustee.trustee, name="trustee"),
]
