"""Convenios: their states, parties, clauses, papers, addenda and reports: below /observatorio/, and below /<municipality>/convenios/."""

from django.urls import path


observatory: list[path] = []
town: list[path] = []
