"""Who may see and do what with that which all rooms share, one file for each noun."""

from participation.rules.guards import watches_the_region
from participation.rules.threads import is_author, is_public, why_not_follow


__all__ = ["is_author", "is_public", "watches_the_region", "why_not_follow"]
