"""The end-of-commitment form: what people write of it, and publishing it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from agreements.closing import problems_of
from agreements.models import EndForm


class CannotClose(Exception):
    """The form is not whole; its text says what is missing."""


@transaction.atomic
def publish(*, form: EndForm, by: User) -> EndForm:
    form = EndForm.objects.select_for_update(of=("self",)).get(pk=form.pk)
    if problems := problems_of(form):
        raise CannotClose(" ".join(map(str, problems)))
    form.published_at, form.written_by = timezone.now(), by
    form.save(update_fields=["published_at", "written_by"])
    return form
