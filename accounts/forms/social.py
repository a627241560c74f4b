from allauth.socialaccount import forms as base

from accounts.forms.entrance import SignupForm as Entrance
from accounts.forms.joining import ConsentFields, DisplayNameField


class SignupForm(ConsentFields, base.SignupForm):
    """Joining with another identity service: no password, and no e-mail if the service confirms one.

    Otherwise somebody could carry an address that is not theirs past our own confirmation.
    """

    contact = Entrance.base_fields["contact"]
    display_name = DisplayNameField()
    field_order = ["contact", "display_name", "terms", "statistics", "news"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["email"], self.fields["phone"]
        given = [address for address in self.sociallogin.email_addresses if address.verified]
        self.confirmed = given[0].email if given else None
        if self.confirmed:
            del self.fields["contact"]

    def clean(self):
        if self.confirmed:
            email = self.validate_unique_email(self.confirmed)
            self.cleaned_data |= {"email": email, "phone": None}
        return super().clean()

    clean_contact = Entrance.clean_contact
    custom_signup = Entrance.custom_signup
