"""Every address of the site. The order matters: words the site keeps for itself come first."""

from django.contrib import admin
from django.urls import include, path

import municipalities.urls
from accounts.views import entrance, mailbox
from decide import views
from decide.components.views import components
from decide.offline import views as offline
from decide.workload.views import workload


# A municipality's home page tells of every room, so that it is here and not in municipalities/.
of_a_municipality = [
    path("", views.municipality_home, name="home"),
    path("informacion/", views.information, name="information"),
    path("fechas.ics", views.calendar, name="calendar"),
    path("sitemap.xml", views.sitemap_of_a_municipality, name="sitemap"),
    path("trabajo/", workload, name="workload"),
    *municipalities.urls.urlpatterns,
]
urlpatterns = [
    path("", views.home, name="home"),
    path("municipalidades/", views.municipalities, name="municipalities"),
    path("salud/", views.health, name="health"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap-region.xml", views.sitemap_of_the_region, name="sitemap_region"),
    path("sw.js", offline.worker, name="service_worker"),
    path("offline.html", offline.page, name="offline"),
    path("componentes/", components, name="styleguide"),
    path("idioma/", include("django.conf.urls.i18n")),
    path("admin/login/", entrance.admin_login),
    path("admin/", admin.site.urls),
    path("cuenta/", include("accounts.urls")),
    path("cuenta/", include("accounts.urls_entrance")),
    path("legal/", include("accounts.urls_legal")),
    path("correo/", mailbox.mailbox, name="mailbox"),
    path("observatorio/", include("agreements.urls")),
    path("agenda/", include("processes.urls_region_agenda")),
    path("plantillas/", include("processes.urls_templates")),
    path("", include("participation.urls")),
    path("<slug:municipality_slug>/", include((of_a_municipality, "municipalities"))),
    path("<slug:municipality_slug>/", include("accounts.urls_desk")),
    path("<slug:municipality_slug>/propuestas/", include("proposals.urls")),
    path("<slug:municipality_slug>/debates/", include("debates.urls")),
    path("<slug:municipality_slug>/votaciones/", include("votes.urls")),
    path("<slug:municipality_slug>/presupuestos/", include("budgets.urls")),
    path("<slug:municipality_slug>/normas/", include("norms.urls")),
    path("<slug:municipality_slug>/convenios/", include("agreements.urls_town")),
    path("<slug:municipality_slug>/procesos/", include("processes.urls")),
    path("<slug:municipality_slug>/agenda/", include("processes.urls_agenda")),
]
