from budgets import (
    urls_after,
    urls_agents,
    urls_ballot,
    urls_evaluation,
    urls_process,
    urls_works,
)


app_name = "budgets"
urlpatterns = [
    *urls_agents.urlpatterns,
    *urls_works.urlpatterns,
    *urls_evaluation.urlpatterns,
    *urls_ballot.urlpatterns,
    *urls_after.urlpatterns,
    *urls_process.urlpatterns,
]
