"""What people type and send to register an agent."""

import uuid

from django.urls import reverse


def words(**changes):
    """A form of an organisation that lacks nothing."""
    return {
        "form_key": str(uuid.uuid4()),
        "kind": "women",
        "name": "Vaso de Leche Santa Rosa",
        "district": "130601",
        "place": "Caserío Chota Motil",
        "contact": "987 654 321",
        "delegate_name": "Rosa Quispe Luján",
        "delegate_kind": "dni",
        "delegate_number": "40123456",
        "delegate_gender": "woman",
        "delegate_area": "rural",
        "declares": "on",
        "do": "send",
    } | changes


def at(name, budget, *more):
    return reverse(f"budgets:{name}", args=[budget.municipality.slug, budget.pk, *more])
