from agreements.admin import (  # noqa: F401  they register themselves
    baseline,
    convenios,
    evaluation,
    indicators,
    practices,
    work,
)
