"""The texts that staff start an answer from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proposals.models import AnswerTemplate, Proposal


if TYPE_CHECKING:
    from municipalities.models import Municipality


def save(
    municipality: Municipality,
    *,
    title: str,
    verdict: str,
    text: str,
    template: AnswerTemplate | None = None,
) -> AnswerTemplate:
    template = template or AnswerTemplate(municipality=municipality)
    template.title, template.verdict, template.text = title, verdict, text
    template.save()
    return template


def delete(template: AnswerTemplate) -> None:
    template.delete()


def fill(template: AnswerTemplate, proposal: Proposal) -> str:
    """The text with what is known of the proposal in its gaps; Spanish and English names."""
    known = {
        ("[título]", "[title]"): proposal.title,
        ("[código]", "[code]"): proposal.code,
        ("[lugar]", "[place]"): proposal.place_name,
    }
    text = template.text
    for names, value in known.items():
        for name in names:
            text = text.replace(name, value)
    return text
