from allauth.socialaccount import forms as base

from accounts.forms.entrance import SignupForm as Entrance
from accounts.forms.joining import ConsentFields, DisplayNameField


class SignupForm(ConsentFields, base.SignupForm):
    """Joining with another identity service: the same questions, but no password."""

    contact = Entrance.base_fields["contact"]
    display_name = DisplayNameField()
    field_order = ["contact", "display_name", "terms", "statistics", "news"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["email"], self.fields["phone"]
        self.fields["contact"].initial = self.initial.get("email")

    clean_contact = Entrance.clean_contact
    custom_signup = Entrance.custom_signup
