"""One field that the browser answers by itself, and that asks a sum where it cannot."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import captcha


WRONG = _("That is not the answer, or it took very long. Here is another question.")


@dataclass(frozen=True)
class Answer:
    """What came back: the browser's solution, or a question and what was typed."""

    solution: str = ""
    token: str = ""
    answer: str = ""


class CaptchaWidget(forms.Widget):
    template_name = "accounts/captcha.html"
    token = ""

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"token": self.token, "shown": value or Answer()}
        return context

    def format_value(self, value):
        return value

    def value_from_datadict(self, data, files, name):
        return Answer(
            data.get(f"{name}_solution", ""), data.get(f"{name}_token", ""), data.get(name, "")
        )


class CaptchaField(forms.Field):
    widget = CaptchaWidget
    default_error_messages = {
        "required": _("Answer the question: so we know that you are a person."),
    }

    def clean(self, value: Answer) -> Answer:
        if not value.solution and not value.answer.strip():
            raise forms.ValidationError(self.error_messages["required"], "required")
        return value


class Captcha(forms.Form):
    """A form that a person fills in. It is looked at last, for a solution counts only once:
    whoever mistypes their e-mail does not have to show it again."""

    person = CaptchaField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        token = self.data.get(f"{self.add_prefix('person')}_token", "") if self.is_bound else ""
        self._ask(captcha.same_question(token) or captcha.question())

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self._is_shown(self.cleaned_data["person"]):
            self.data = self.data.copy()
            for name in ("person", "person_solution"):
                self.data[self.add_prefix(name)] = ""
            self._ask(captcha.question())
            self.add_error("person", forms.ValidationError(WRONG, "wrong"))
        return cleaned

    def _is_shown(self, shown: Answer) -> bool:
        if shown.solution and captcha.is_solved(shown.solution):
            return True
        return bool(shown.answer) and captcha.is_answered(shown.token, shown.answer)

    def _ask(self, question: captcha.Question) -> None:
        """The same again while it has not been answered, so that nothing typed is lost."""
        field = self.fields["person"]
        field.label, field.widget.token = question.text, question.token
