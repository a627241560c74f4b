from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef

from accounts.models import Suspension, User


class Backend(AuthenticationBackend):
    def get_user(self, user_id):
        """The person with what almost every page asks for: proof of residence, suspensions."""
        suspended = Suspension.objects.current().filter(user=OuterRef("pk"))
        people = User.objects.select_related("resident").annotate(has_suspensions=Exists(suspended))
        user = people.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
