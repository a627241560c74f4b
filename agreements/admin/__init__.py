from agreements.admin import (  # noqa: F401  they register themselves
    actors,
    baseline,
    convenio_papers,
    convenios,
    evaluation,
    indicators,
    plan,
    practices,
    transfers,
    work,
)
