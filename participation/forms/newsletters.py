from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participation.models import Newsletter


FURTHEST = timedelta(days=180)


class NewsletterForm(forms.ModelForm):
    class Meta:
        model = Newsletter
        fields = ["subject", "text", "audience"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 14}),
            "audience": forms.RadioSelect,
        }
        help_texts = {
            "subject": _("What it is about, in a few words. It is the first thing they read."),
            "text": _(
                "You may use Markdown: **bold**, lists with hyphens, ## headings and"
                " [links](https://…)."
            ),
            "audience": _("Only those whose e-mail works and who want newsletters get it."),
        }
        error_messages = {
            "subject": {"required": _("Write a subject.")},
            "text": {"required": _("Write what you want to tell.")},
        }

    def clean_subject(self):
        return " ".join(self.cleaned_data["subject"].split())


class ScheduleForm(forms.Form):
    """A moment in Lima's time, or `now`; either way whoever sends it says that they have read it."""

    at = forms.DateTimeField(
        label=_("Day and hour, in Lima"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"],
        required=False,
        error_messages={"invalid": _("Write day and hour like 24/12/2026 18:00.")},
    )
    sure = forms.BooleanField(
        label=_("I have read it, and it may go out."),
        error_messages={"required": _("Tick it once you have read it: it cannot be taken back.")},
    )

    def __init__(self, *args, now: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_at(self):
        at = self.cleaned_data["at"]
        if self.now:
            return None
        if at is None:
            raise forms.ValidationError(_("Choose the day and the hour."), "required")
        if at < timezone.now():
            raise forms.ValidationError(_("That moment is over. Choose one to come."), "over")
        if at > timezone.now() + FURTHEST:
            raise forms.ValidationError(_("Choose a day within six months."), "too_far")
        return at
