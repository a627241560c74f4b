"""Who may do what in the norms room, one file for each noun."""

from norms.rules import initiatives, norms  # noqa: F401  permissions are found by their names
