"""Steps of signing in that allauth lacks for accounts by mobile phone."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from allauth.account.stages import EmailVerificationStage


class PhonePasswordReset(PasswordResetVerificationProcess):
    """A new password by a code that comes as SMS; from there on it is allauth's reset by code."""

    @classmethod
    def initiate(cls, *, request, user, email):
        process = cls(request, state=cls.initial_state(user, email), user=user)
        process.send()
        process.persist()
        return process

    def send(self) -> None:
        adapter = get_adapter()
        phone = self.state["email"]
        if not self.user:
            adapter.send_unknown_account_sms(phone)
            return
        self.state["code"] = adapter.generate_password_reset_code()
        adapter.send_verification_code_sms(self.user, phone, self.state["code"])


class ConfirmEmailIfThereIsOne(EmailVerificationStage):
    """Nobody needs an e-mail: an account by phone has confirmed its phone instead."""

    def handle(self):
        user = self.login.user
        if user and not user.email and not self.login.email and user.phone_verified:
            return None, True
        return super().handle()
