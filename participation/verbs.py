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
    "held_why": _("It is out of sight until a moderator has looked at it."),
    "warned_why": _("Moderation lets it stand and warns you, for this reason:"),
    "suspended_why": _("Moderation has hidden it and suspended you here, for this reason:"),
    "comment_hidden_why": _("Moderation has hidden your comment, for this reason:"),
    "comment_restored_why": _("Moderation shows your comment again."),
    "comment_held_why": _("Your comment is out of sight until a moderator has looked at it."),
    "comment_warned_why": _("Moderation lets your comment stand and warns you, for this reason:"),
    "comment_suspended_why": _(
        "Moderation has hidden your comment and suspended you here, for this reason:"
    ),
    "warning_undone": _("Moderation has taken back its warning."),
    "suspension_lifted": _("You are no longer suspended here."),
    "appeal_upheld": _("You were right: another moderator takes the decision back."),
    "appeal_rejected": _("Another moderator has looked at it again and lets the decision stand:"),
    "commented": _("There is a new comment."),
    "mentioned": _("Somebody has named you in a comment."),
    "debate_opened": _("It has been opened: say what you think."),
    "debate_closed": _("It has been closed before its time."),
    "concluded": _("The municipality has published its conclusion."),
    "led_to": _("A proposal has come out of it."),
    "led_to_work": _("It has been brought into a participatory budget, as a work."),
    "led_to_vote": _("The vote on it has been announced."),
    "vote_called_off": _("There will be no vote on it after all, for this reason:"),
    "vote_requested": _("A vote on it has been asked for: the municipality has to answer."),
    "vote_request_answered": _("The municipality has answered whether it puts it to the vote."),
    "poll_announced": _("A vote has been announced: its rules are settled and can be read."),
    "poll_opened": _("The vote is open."),
    "poll_closes_soon": _("The vote closes soon."),
    "poll_closed": _("The vote is closed. What comes now is the count."),
    "poll_results": _("The vote has been counted, and its results can be read."),
    "poll_answered": _("The municipality has said what it does with the result."),
    "poll_answer_late": _(
        "The day by which the municipality had to say what it does with the result has passed."
    ),
    "poll_reviewed": _("The municipality has said what has become of the result."),
    "poll_objection_answered": _("The municipality has answered your objection:"),
    "poll_answer_due": _("The day on which the municipality has to answer the result comes near."),
    "poll_review_due": _("It is time to say what has become of the result."),
    "poll_cancelled": _("The vote has been called off, for this reason:"),
    "budget_opened": _("It has opened: its money, its steps and its rules can be read."),
    "budget_step_moved": _("A step of it has other days, for this reason:"),
    "budget_reworded": _("What it says has been put right, for this reason:"),
    "budget_cancelled": _("It has been called off, for this reason:"),
    "agent_accepted": _("This registration is accepted and on the list of participating agents:"),
    "agent_observed": _("Something is missing in this registration of a participating agent:"),
    "agent_rejected": _("This registration of a participating agent is not accepted:"),
    "agent_withdrawn": _("This registration of a participating agent has been withdrawn:"),
    "agent_named": _(
        "You were named as delegate for this one. If you do not know of it, tell the municipality:"
    ),
    "agent_alert": _(
        "Somebody has registered many agents in a short time: look at them with care."
    ),
    "agent_list_closed": _("The official list of participating agents is closed and published."),
    "budget_work_left": _(
        "A work is no longer put to the vote. Whoever has voted may vote anew until the close."
    ),
    "work_published": _("It has been put forward: residents can read and support it."),
    "work_withdrawn": _("It has been withdrawn, for this reason:"),
    "work_left_ballot": _("It is no longer put to the vote, for this reason:"),
    "budget_lots": _("The lots that decide ties were drawn."),
    "budget_matrix_confirmed": _("The agents have confirmed the order of the matrix."),
    "budget_results": _("It has been counted: read which works were chosen, and why."),
    "work_on_ballot": _("It is put to the vote."),
    "work_off_ballot": _("It is not put to this vote."),
    "work_chosen": _("It was chosen: it will be done."),
    "work_not_chosen": _("It was not chosen. Its page of results says why."),
    "budget_decisions_announced": _(
        "The municipality has said when it publishes what its technical team found of the works."
    ),
    "budget_decisions": _(
        "The decisions of the technical evaluation are published: see which works are feasible."
    ),
    "work_evaluation_started": _("The technical team is evaluating it now."),
    "work_evaluation_stopped": _("It is not evaluated after all, for this reason:"),
    "work_evaluation_assigned": _(
        "You are to evaluate it. Say first whether you have an interest in it."
    ),
    "work_evaluation_reassigned": _("Somebody else evaluates it now: it is not yours any more."),
    "work_evaluation_stepped_back": _(
        "Its evaluator has stepped back and somebody else is to be found, for this reason:"
    ),
    "work_evaluation_handed_in": _("Its evaluation is handed in."),
    "work_observed": _(
        "The technical team asks you to mend something. Answer once, and in time: afterwards it"
        " takes no answer."
    ),
    "work_mended": _("Its author has answered what you observed: go on with the evaluation."),
    "work_scores_afresh": _("Its points are to be typed afresh by two people, for this reason:"),
    "work_decided": _("The technical team has decided:"),
    "work_appealed": _("Its author has appealed: somebody else evaluates it anew."),
    "work_appeal_decided": _("It was evaluated anew on appeal, and this was found:"),
    "led_to_norm": _("A draft norm has come out of it."),
    "norm_published": _("It is under debate: read it, and say what you would change."),
    "norm_reworded": _("What is said about it has been put right; its text is the same."),
    "norm_version": _("Its text has a new version: see what changed."),
    "norm_final": _("Its final text is published: see what changed, and why."),
    "norm_extended": _("There is more time, for this reason:"),
    "norm_withdrawn": _("It has been withdrawn, for this reason:"),
    "norm_result": _("It is known what became of it:"),
    "norm_answers": _("The municipality has answered contributions to it."),
    "norm_contribution_answered": _("The municipality has answered what you contributed to it."),
    "norm_answer_corrected": _(
        "The municipality has corrected its answer to what you contributed:"
    ),
    "budget_minutes": _("The acta of agreements is issued: it says which works are carried out."),
    "budget_minutes_addendum": _("The acta of agreements has been corrected by an addendum:"),
    "committee_report": _("The vigilance committee has published a report."),
    "committee_answered": _("The municipality has answered a report of the vigilance committee."),
    "project_made": _("It is being carried out: follow its money, its days and its steps."),
    "project_moved": _("It has come a step further."),
    "project_milestone": _("A step of it is done."),
    "project_milestone_removed": _("A step that was promised has been taken back:"),
    "project_delayed": _("It takes longer, for this reason:"),
    "project_paused": _("It has been stopped, for this reason:"),
    "project_cancelled": _("It will not be done, for this reason:"),
    "project_done": _("It is finished."),
    "meeting_called": _("A meeting is called: see when, where and what is talked about."),
    "meeting_moved": _("The meeting is held at another hour, for this reason:"),
    "meeting_moved_told": _(
        "The meeting that you registered for is held at another hour, for this reason:"
    ),
    "meeting_cancelled": _("The meeting was cancelled, for this reason:"),
    "meeting_cancelled_told": _(
        "The meeting that you registered for was cancelled, for this reason:"
    ),
    "meeting_seat": _("There is a seat for you now in the meeting that you waited for."),
    "minutes_published": _("The acta of the meeting is published."),
    "process_opened": _("It has opened: its steps and its rules can be read."),
    "process_reworded": _("What it says has been put right, for this reason:"),
    "process_steps": _("Its steps or their days have changed, for this reason:"),
    "process_closed": _("It is closed. What comes now is its outcome."),
    "process_called_off": _("It has been called off, for this reason:"),
    "process_outcome": _("It is published what was decided and what becomes of it."),
    "process_reviewed": _("The municipality says what has become of it:"),
    "parties_changed": _("Other parties sit at the table of the dialogue."),
    "undertaking_agreed": _("Something was agreed: read who does what, and by when."),
    "undertaking_told": _("There is news of something that was agreed:"),
    "undertaking_done": _("Something that was agreed is done:"),
    "undertaking_dropped": _("Something that was agreed has been given up, for this reason:"),
    "undertaking_evidence": _("Evidence has been asked for of something that was agreed:"),
    "undertaking_soon": _("Something that was agreed is due soon:"),
    "undertaking_overdue": _("The day of something that was agreed has passed:"),
    "escalated": _("It has been raised to another level, for this reason:"),
    "escalation_received": _("The level that it was raised to has taken it in."),
    "escalation_answered": _("The level that it was raised to has answered:"),
    "escalation_returned": _("The level that it was raised to has returned it, for this reason:"),
    "escalation_passed_on": _("It has been passed on to the next level, for this reason:"),
    "process_review_due": _("It is time to say what has become of what was decided."),
}
REPLIED = _("Somebody has answered your comment.")
SOMETHING = _("There is something new.")

# Somebody has written a comment: followers hear of the first that is new to them.
COMMENTED = "commented"
MENTIONED = "mentioned"
# Of a comment, so that it is no step in the thing's history, and yet open to whoever sees the comment.
OF_COMMENTS = frozenset([COMMENTED, MENTIONED])
# Something has come out of another thing, and is told there.
LED_TO = frozenset(["led_to", "led_to_work", "led_to_norm"])
# Something new can be seen by everybody: told also to who follows its author, a tag, the place.
PUBLISHES = frozenset(
    [
        *("published", "debate_opened", "poll_announced", "budget_opened", "work_published"),
        "process_opened",
        "norm_published",
        "meeting_called",
    ]
)
# What could not be told while it waited for review, and is told once it is shown.
TOLD_WHEN_SHOWN = PUBLISHES | OF_COMMENTS
# What moderation has done, told as such and not with the other news of one's things.
MODERATES = frozenset(
    [verb for verb in NEWS if verb.endswith("_why")]
    + ["warning_undone", "suspension_lifted", "appeal_upheld", "appeal_rejected"]
)
# Worth a text message to somebody who has no e-mail.
BY_SMS = MODERATES | {
    *("threshold_reached", "answered", "answer_corrected", "finished"),
    *("vote_request_answered", "poll_opened", "poll_results", "poll_answered", "poll_cancelled"),
    *("agent_accepted", "agent_observed", "agent_rejected", "agent_named"),
    *("work_observed", "work_decided", "work_appeal_decided"),
    *("meeting_moved_told", "meeting_cancelled_told", "meeting_seat"),
    *("norm_contribution_answered", "norm_answer_corrected"),
    *("process_outcome", "process_called_off"),
    *("escalation_answered", "escalation_returned"),
}
