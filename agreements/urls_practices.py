"""The catalogue of practices, their transfer and how deep they take root: below /observatorio/, and below /<municipality>/convenios/."""

from django.urls import path


observatory: list[path] = []
town: list[path] = []
