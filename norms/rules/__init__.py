"""Who may do what in the norms room, one file for each noun."""

from norms.rules import initiatives  # noqa: F401  its permissions are found by their names
