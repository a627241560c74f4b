"""What a person types to show that they are one, for tests that are about something else."""

from accounts import captcha


def answered() -> dict[str, str]:
    """The fields of a form whose plain question somebody has answered."""
    question = captcha.question()
    name = captcha._name_in(question.token)
    return {"person_token": question.token, "person": str(sum(captcha._numbers_of(name)))}
