"""What an event means to somebody who is told of it, in one sentence below the title."""

from django.utils.translation import gettext_lazy as _


NEWS = {
    "published": _("It has been published."),
    "edited": _("Its author has changed the text."),
    "threshold_reached": _("It has the supports it needed: the municipality owes it an answer."),
    "evaluation_started": _("The municipality is looking into it."),
    "answered": _("The municipality has answered."),
    "answer_corrected": _("The municipality has corrected its answer."),
    "work_started": _("The municipality has begun to carry it out."),
    "finished": _("The municipality says that it is done."),
    "reopened": _("The work has been taken up again."),
    "milestone_added": _("The municipality promises a new step."),
    "milestone_changed": _("A step has a new date or new words."),
    "milestone_done": _("One more step is done."),
    "milestone_removed": _("A promised step has been taken back."),
    "merged_into": _("It has been joined to another one that asks for the same."),
    "merged_from": _("Another one that asks for the same has been joined to it."),
    "merge_undone": _("It is no longer joined to another one."),
    "merge_undone_here": _("The one that was joined to it stands by itself again."),
    "retired": _("Its author has withdrawn it."),
    "archived": _("Its time is over without enough supports, and it has been archived."),
    "hidden_why": _("Moderation has hidden it, for this reason:"),
    "restored_why": _("Moderation shows it again, for this reason:"),
}
SOMETHING = _("There is something new.")
