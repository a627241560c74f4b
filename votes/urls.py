"""Addresses below /<municipality>/votaciones/, by whom they are for."""

from votes import urls_custody, urls_paper, urls_results, urls_staff, urls_voting


app_name = "votes"
urlpatterns = [
    *urls_staff.urlpatterns,
    *urls_paper.urlpatterns,
    *urls_custody.urlpatterns,
    *urls_results.urlpatterns,
    *urls_voting.urlpatterns,
]
