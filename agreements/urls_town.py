"""What a municipality agreed, owes and shows, below /<municipality>/convenios/."""

from agreements import (
    urls_baseline,
    urls_convenios,
    urls_evaluation,
    urls_indicators,
    urls_observatory,
    urls_practices,
    urls_work,
)


app_name = "agreed"
urlpatterns = [
    *urls_convenios.town,
    *urls_practices.town,
    *urls_work.town,
    *urls_baseline.town,
    *urls_indicators.town,
    *urls_observatory.town,
    *urls_evaluation.town,
]
