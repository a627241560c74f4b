"""Quality, learning, recognition, and what others say: below /observatorio/, and below /<municipality>/convenios/."""

from django.urls import path, re_path

from agreements.views import (
    citizen_checks,
    evaluation,
    learning,
    oversight,
    quality,
    recognition,
    selfevaluation,
)


SELF = r"autoevaluaciones/(?P<slug>[-a-z0-9]+)/(?P<year>\d{4})\.(?P<ending>pdf|docx)$"
END = r"compromisos/(?P<code>[-A-Za-z0-9]+)/cierre\.(?P<ending>pdf|docx)$"

observatory = [
    path("calidad/", quality.quality, name="quality"),
    path("autoevaluaciones/", selfevaluation.self_evaluations, name="self_evaluations"),
    path(
        "autoevaluaciones/<slug:slug>/<int:year>/",
        selfevaluation.self_evaluation,
        name="self_evaluation",
    ),
    re_path(SELF, selfevaluation.self_evaluation_paper, name="self_evaluation_paper"),
    path("evaluaciones/", evaluation.evaluations, name="evaluations"),
    path(
        "transferencias/<int:pk>/evaluaciones/",
        evaluation.transfer_evaluations,
        name="transfer_evaluations",
    ),
    path("compromisos/<slug:code>/cierre/", evaluation.end_form, name="end_form"),
    re_path(END, evaluation.end_form, name="end_form_paper"),
    path("aprendizajes/", learning.learnings, name="learnings"),
    path("aprendizajes/nuevo/", learning.tell_learning, name="tell_learning"),
    path("aprendizajes/<int:pk>/", learning.learning, name="learning"),
    path("certificados/", recognition.certificates, name="certificates"),
    path("certificados/<slug:code>/", recognition.certificate, name="certificate"),
    path("certificados/<slug:code>.pdf", recognition.certificate_pdf, name="certificate_pdf"),
    path("red/", recognition.network, name="network"),
    path("observaciones/", oversight.observations, name="observations"),
    path("informes-de-veeduria/", oversight.reports, name="oversight_reports"),
    path("informes-de-veeduria/<int:pk>.pdf", oversight.report_file, name="oversight_file"),
    path("veeduria/", oversight.oversight, name="oversight"),
    path("veeduria/informe/", oversight.write_report, name="write_report"),
    path("veeduria/calidad/<int:pk>/", quality.score_as_third, name="score_as_third"),
    path("veeduria/evaluar/<int:pk>/", evaluation.evaluate_as_third, name="evaluate_as_third"),
    path("veeduria/respuesta/<int:pk>/", selfevaluation.answer_back, name="answer_back"),
    path("veeduria/<slug:kind>/<int:pk>/", oversight.subject, name="oversight_subject"),
]
town = [
    path("calidad/", quality.own_quality, name="own_quality"),
    path("calidad/<int:pk>/", quality.score_own, name="score_own"),
    path("autoevaluacion/", selfevaluation.own_evaluation, name="own_evaluation"),
    path("autoevaluacion/<int:year>/", selfevaluation.own_evaluation, name="own_evaluation_of"),
    re_path(
        r"autoevaluacion/(?P<year>\d{4})\.(?P<ending>pdf|docx)$",
        selfevaluation.own_evaluation_paper,
        name="own_evaluation_paper",
    ),
    path(
        "autoevaluacion/<int:year>/publicar/",
        selfevaluation.publish_evaluation,
        name="publish_evaluation",
    ),
    path(
        "autoevaluacion/<int:year>/<slug:question>/",
        selfevaluation.answer_question,
        name="answer_question",
    ),
    path("observaciones/", oversight.own_observations, name="own_observations"),
    path("observaciones/<int:pk>/", oversight.reply, name="reply_to_observation"),
    path("evaluar/<int:pk>/", evaluation.evaluate_own, name="evaluate_own"),
    path("recomendaciones/", evaluation.recommendations, name="recommendations"),
    path("recomendaciones/<int:pk>/", evaluation.follow_up, name="follow_up"),
    path("verdad/transferencia/<int:pk>/", citizen_checks.check_transfer, name="check_transfer"),
    path("verdad/paso/<int:pk>/", citizen_checks.check_item, name="check_item"),
    path("verdad/<int:pk>/ocultar/", citizen_checks.hide_check, name="hide_check"),
    path("aprendizajes/nuevo/", learning.tell_own_learning, name="tell_own_learning"),
]
