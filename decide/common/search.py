"""Finding texts by their words in Spanish, for every table that has a `search` vector."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import models
from django.db.models import F


class SearchedQuerySet(models.QuerySet):
    """The words we use when we look for something; `among_equals` orders what fits as well."""

    among_equals: tuple[str, ...] = ("-pk",)

    def matching(self, words: str) -> Self:
        """Full text in Spanish: without accents, by the stems of the words."""
        return self.filter(search=_query(words))

    def by_relevance(self, words: str) -> Self:
        return self.order_by(SearchRank(F("search"), _query(words)).desc(), *self.among_equals)

    def meaning(self, words: list[list[str]]) -> Self:
        """Every word or one written nearly so (participation/vocabulary.py); the best match first."""
        groups = [f"({' | '.join(alternatives)})" for alternatives in words]
        return self._ranked(" & ".join(groups))

    def like(self, words: list[list[str]]) -> Self:
        """Those whose title shares words with one that somebody is writing; the likest first."""
        in_title = [f"{word}:*A" for alternatives in words for word in alternatives]
        return self._ranked(" | ".join(in_title))

    def _ranked(self, expression: str) -> Self:
        if not expression:
            return self.none()
        query = SearchQuery(expression, search_type="raw", config="es")
        return self.filter(search=query).order_by(SearchRank(F("search"), query).desc(), "-pk")


def _query(words: str) -> SearchQuery:
    return SearchQuery(words, search_type="websearch", config="es")
