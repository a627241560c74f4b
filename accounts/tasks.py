"""What leaves the house: letters and text messages, tried again when the line is down."""

from smtplib import SMTPException

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage

from accounts import sms


@shared_task(
    autoretry_for=(SMTPException, OSError), max_retries=6, retry_backoff=5, ignore_result=True
)
def send_mail(subject: str, text: str, to: str) -> None:
    EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [to]).send()


@shared_task(autoretry_for=(sms.NotSent,), max_retries=4, retry_backoff=5, ignore_result=True)
def send_sms(phone: str, text: str) -> None:
    sms.send(phone, text)
