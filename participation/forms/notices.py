"""Choosing how to be told, and what of the inbox to see."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from participation import channels
from participation.enums import NoticeKind
from participation.models import NoticePreference


HELP = {
    NoticeKind.OWN: _("Supports, comments and answers to what you publish."),
    NoticeKind.FOLLOWED: _("News of the things, people, tags and municipalities you follow."),
    NoticeKind.REPLIES: _("Somebody answers your comment or names you."),
    NoticeKind.MODERATION: _("If something of yours is hidden or shown again, and why."),
    NoticeKind.NEWSLETTERS: _("What the municipalities you follow write to all."),
}


class PreferencesForm(forms.Form):
    """One choice for each kind of notice."""

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        chosen = dict(NoticePreference.objects.filter(user=user).values_list("kind", "delivery"))
        for kind in NoticeKind:
            offered = channels.offered(user, kind)
            way = chosen.get(kind, channels.usual(user))
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                help_text=HELP[kind],
                choices=[(each.value, each.label) for each in offered],
                initial=way if way in offered and user.wants_email else offered[-1].value,
            )


class InboxForm(forms.Form):
    """What of the inbox to see; anything odd in the address shows all of it."""

    tipo = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("All kinds")), *NoticeKind.choices],
    )
    nuevos = forms.BooleanField(label=_("Only unread"), required=False)

    def narrow(self, notices):
        if not self.is_valid():
            return notices
        if kind := self.cleaned_data["tipo"]:
            notices = notices.filter(kind=kind)
        if self.cleaned_data["nuevos"]:
            notices = notices.filter(read_at=None)
        return notices
