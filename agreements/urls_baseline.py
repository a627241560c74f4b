"""How participation stood, and where to begin: below /observatorio/, and below /<municipality>/convenios/."""

from django.urls import path


observatory: list[path] = []
town: list[path] = []
