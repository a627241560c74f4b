"""What everybody reads of all this: below /observatorio/, and below /<municipality>/convenios/."""

from django.urls import path


observatory: list[path] = []
town: list[path] = []
