"""Quality, learning, recognition, and what others say: below /observatorio/, and below /<municipality>/convenios/."""

from django.urls import path


observatory: list[path] = []
town: list[path] = []
