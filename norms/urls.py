"""Norms under debate, below /<municipality>/normas/."""

from norms import urls_import, urls_initiatives, urls_read, urls_wordings


app_name = "norms"
urlpatterns = [
    *urls_import.urlpatterns,
    *urls_wordings.urlpatterns,
    *urls_initiatives.urlpatterns,
    *urls_read.urlpatterns,
]
