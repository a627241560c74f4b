from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class Backend(AuthenticationBackend):
    def get_user(self, user_id):
        """The person with their proof of residence, which almost every page asks for."""
        user = User.objects.select_related("resident").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
