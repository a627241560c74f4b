"""What everybody reads of the region's work, below /observatorio/."""

from agreements import (
    urls_baseline,
    urls_convenios,
    urls_evaluation,
    urls_indicators,
    urls_observatory,
    urls_practices,
    urls_work,
)


app_name = "agreements"
urlpatterns = [
    *urls_convenios.observatory,
    *urls_practices.observatory,
    *urls_work.observatory,
    *urls_baseline.observatory,
    *urls_indicators.observatory,
    *urls_observatory.observatory,
    *urls_evaluation.observatory,
]
