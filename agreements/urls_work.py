"""Work plans, evidence, milestones, lights, tasks and reminders: below /observatorio/, and below /<municipality>/convenios/."""

from django.urls import path


observatory: list[path] = []
town: list[path] = []
