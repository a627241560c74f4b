"""Draft norms for who watches over them. Read only: what happens to one, its actions do."""

from norms.admin import initiatives, norms  # noqa: F401  they register themselves
