from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class NormKind(models.TextChoices):
    """What the council or the mayor would make of the text."""

    ORDINANCE = "ordinance", _("Ordinance")
    RULES = "rules", _("Regulations")
    PLAN = "plan", _("Plan")
    DECREE = "decree", _("Decree of the mayor")
    ACCORD = "accord", _("Accord of the council")


class NormState(models.TextChoices):
    """What staff did with a draft norm; its phase follows from the clock (`Norm.phase`)."""

    DRAFT = "draft", _("In preparation")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Phase(models.TextChoices):
    """Where a draft norm stands at this moment."""

    DRAFT = "draft", _("In preparation")
    SOON = "soon", _("Announced")
    EXPLANATION = "explanation", _("Explanation")
    COMMENTS = "comments", _("Open for comments")
    ANSWERS = "answers", _("Answers")
    FINAL = "final", _("Final text")
    RESULT = "result", _("Result")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class NormResult(models.TextChoices):
    """What became of it."""

    PASSED = "passed", _("Approved as in the final text")
    CHANGED = "changed", _("Approved with further changes")
    REJECTED = "rejected", _("Not approved")
    SHELVED = "shelved", _("Put aside")


class SourceKind(models.TextChoices):
    """How the text of a version came in."""

    DOCX = "docx", _("Word document (.docx)")
    MARKDOWN = "markdown", _("Markdown")
    PASTED = "pasted", _("Pasted text")
    COPIED = "copied", _("Copy of the version before")


class PartKind(models.TextChoices):
    """A heading of the text, or a provision: what has words of its own and an address."""

    TITLE = "title", pgettext_lazy("part of a norm", "Title")
    CHAPTER = "chapter", _("Chapter")
    SECTION = "section", _("Section")
    PREAMBLE = "preamble", _("Recitals")
    ARTICLE = "article", _("Article")
    DISPOSITION = "disposition", _("Closing provision")
    ANNEX = "annex", _("Annex")

    @property
    def is_heading(self) -> bool:
        return self in HEADINGS


HEADINGS = (PartKind.TITLE, PartKind.CHAPTER, PartKind.SECTION)


class AnchorState(models.TextChoices):
    """What became of marked words in a version of the text."""

    KEPT = "kept", _("The words are still there")
    MOVED = "moved", _("The words are now in another place")
    LOST = "lost", _("The words are no longer in the text")


class Stance(models.TextChoices):
    """What somebody says of a proposed wording."""

    MUST = "must", _("It must be")
    SHOULD = "should", _("It should be")
    SHOULD_NOT = "should_not", _("It should not be")
    MUST_NOT = "must_not", _("It must not be")


class Verdict(models.TextChoices):
    """What the office does with a contribution."""

    TAKEN = "taken", _("Taken up")
    PARTLY = "partly", _("Taken up in part")
    NO = "no", _("Not taken up")


class InitiativeState(models.TextChoices):
    """How far a citizens' initiative is on its legal way, as staff note it from its papers."""

    GATHERING = "gathering", _("Gathering signatures on paper")
    PRESENTED = "presented", _("Presented")
    VERIFIED = "verified", _("Signatures verified: the council has to decide")
    DECIDED = "decided", _("The council decided")
    LAPSED = "lapsed", _("It ended without reaching the council")
