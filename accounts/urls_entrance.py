"""allauth's pages under Spanish addresses; the names stay allauth's."""

from allauth.account import views as account
from allauth.mfa.base import views as second
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as social
from allauth.urls import build_provider_urlpatterns
from allauth.usersessions import views as sessions
from django.urls import path


urlpatterns = [
    path("entrar/", account.login, name="account_login"),
    path("entrar/codigo/", account.request_login_code, name="account_request_login_code"),
    path("entrar/codigo/confirmar/", account.confirm_login_code, name="account_confirm_login_code"),
    path("entrar/llave/", keys.login_webauthn, name="mfa_login_webauthn"),
    path("entrar/segundo-paso/", second.authenticate, name="mfa_authenticate"),
    path("salir/", account.logout, name="account_logout"),
    path("cerrada/", account.account_inactive, name="account_inactive"),
    path("registro/", account.signup, name="account_signup"),
    path("confirmar-que-eres-tu/", account.reauthenticate, name="account_reauthenticate"),
    path("confirmar-que-eres-tu/codigo/", second.reauthenticate, name="mfa_reauthenticate"),
    path(
        "confirmar-que-eres-tu/llave/",
        keys.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("correo/", account.email, name="account_email"),
    path("correo/codigo/", account.email_verification_sent, name="account_email_verification_sent"),
    path("celular/", account.change_phone, name="account_change_phone"),
    path("celular/codigo/", account.verify_phone, name="account_verify_phone"),
    path("clave/", account.password_change, name="account_change_password"),
    path("clave/crear/", account.password_set, name="account_set_password"),
    path("clave/olvidada/", account.password_reset, name="account_reset_password"),
    path(
        "clave/olvidada/codigo/",
        account.confirm_password_reset_code,
        name="account_confirm_password_reset_code",
    ),
    path(
        "clave/olvidada/nueva/",
        account.complete_password_reset,
        name="account_complete_password_reset",
    ),
    path(
        "clave/olvidada/lista/",
        account.password_reset_from_key_done,
        name="account_password_reset_completed",
    ),
    path("dos-pasos/", second.index, name="mfa_index"),
    path("dos-pasos/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("dos-pasos/app/quitar/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("dos-pasos/recuperacion/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "dos-pasos/recuperacion/nuevos/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "dos-pasos/recuperacion/descargar/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("dos-pasos/llaves/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("dos-pasos/llaves/nueva/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("dos-pasos/llaves/<int:pk>/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path("dos-pasos/llaves/<int:pk>/quitar/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path("sesiones/", sessions.list_usersessions, name="usersessions_list"),
    path("otras-cuentas/", social.connections, name="socialaccount_connections"),
    path("otras-cuentas/registro/", social.signup, name="socialaccount_signup"),
    path("otras-cuentas/cancelada/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("otras-cuentas/fallida/", social.login_error, name="socialaccount_login_error"),
    *build_provider_urlpatterns(),
]
