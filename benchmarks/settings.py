"""The site with two views more, which casts are measured against."""

from decide.settings import *  # noqa: F403


ROOT_URLCONF = "benchmarks.urls"
