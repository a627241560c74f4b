from django.urls import path

from accounts.views import legal


app_name = "legal"
urlpatterns = [
    path("privacidad/", legal.privacy, name="privacy"),
    path("terminos/", legal.terms, name="terms"),
]
