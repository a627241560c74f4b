"""Every address of the site. The order matters: words the site keeps for itself come first."""

from django.contrib import admin
from django.urls import include, path

from accounts.views import entrance, mailbox
from decide import views


urlpatterns = [
    path("", views.home, name="home"),
    path("salud/", views.health, name="health"),
    path("idioma/", include("django.conf.urls.i18n")),
    path("admin/login/", entrance.admin_login),
    path("admin/", admin.site.urls),
    path("cuenta/", include("accounts.urls")),
    path("cuenta/", include("accounts.urls_entrance")),
    path("legal/", include("accounts.urls_legal")),
    path("correo/", mailbox.mailbox, name="mailbox"),
    path("", include("participation.urls")),
    path("<slug:municipality_slug>/", include("municipalities.urls")),
    path("<slug:municipality_slug>/propuestas/", include("proposals.urls")),
]
