"""Addresses of what all rooms share: below a municipality, and of a person anywhere."""

from django.urls import include, path

from participation.views import (
    activity,
    bounces,
    comments,
    data,
    feeds,
    files,
    following,
    newsletters,
    notices,
    people,
    preferences,
)


app_name = "participation"

of_a_municipality = [
    path("archivos/<uuid:uuid>/<int:width>.<str:encoding>", files.image, name="image"),
    path("archivos/<uuid:uuid>.pdf", files.document, name="document"),
    path("seguir/<int:pk>/", following.follow, name="follow"),
    path("dejar-de-seguir/<int:pk>/", following.unfollow, name="unfollow"),
    path("seguir/", following.follow_here, name="follow_here"),
    path("dejar-de-seguir/", following.unfollow_here, name="unfollow_here"),
    path("datos/", data.data, name="data"),
    path("datos/participacion.csv", data.data_csv, name="data_csv"),
]
of_a_person = [
    path("", notices.notices, name="notices"),
    path("leidos/", notices.read_all, name="read_all"),
    path("<int:pk>/leido/", notices.read, name="read"),
    path("<int:pk>/leidos/", notices.read_thing, name="read_thing"),
    path("baja/<str:token>/", notices.unsubscribe, name="unsubscribe"),
    path("preferencias/", preferences.preferences, name="preferences"),
    path("siguiendo/", following.following_list, name="following"),
    path("siguiendo/<int:pk>/dejar/", following.end, name="end_follow"),
    path("correo/", preferences.try_email, name="try_email"),
    path("correo/<str:token>/", preferences.email_works, name="email_works"),
    path("rebotes/", bounces.report, name="bounces"),
]
# What goes on, who takes part, and what the municipality writes.
of_the_people = [
    path("actividad/", activity.activity, name="activity"),
    path("actividad/atom.xml", feeds.ActivityFeed.as_view(), name="activity_feed"),
    path("personas/<slug:handle>/", people.person, name="person"),
    path("conversaciones/<int:pk>/atom.xml", feeds.ThreadFeed.as_view(), name="thread_feed"),
]
# What people say about things.
of_conversations = [
    path("comentarios/<int:pk>/", comments.comment, name="comment"),
    path("comentarios/<int:pk>/responder/", comments.reply, name="reply"),
    path("comentarios/<int:pk>/editar/", comments.edit, name="edit_comment"),
    path("comentarios/<int:pk>/retirar/", comments.take_back, name="take_back_comment"),
    path("comentarios/<int:pk>/historial/", comments.history, name="comment_history"),
    path("comentarios/<int:pk>/opinion/", comments.react_to_comment, name="react_to_comment"),
    path("conversaciones/<int:pk>/comentar/", comments.write, name="write_comment"),
    path("conversaciones/<int:pk>/opinion/", comments.react_to_thread, name="react_to_thread"),
]
of_newsletters = [
    path("", newsletters.archive, name="newsletters"),
    path("<int:pk>-<str:title>/", newsletters.newsletter, name="newsletter"),
    path("gestion/", newsletters.index, name="newsletter_desk"),
    path("gestion/nuevo/", newsletters.write, name="write_newsletter"),
    path("gestion/<int:pk>/", newsletters.case, name="newsletter_case"),
    path("gestion/<int:pk>/editar/", newsletters.edit, name="edit_newsletter"),
    path("gestion/<int:pk>/probar/", newsletters.try_out, name="try_newsletter"),
    path("gestion/<int:pk>/programar/", newsletters.schedule, name="schedule_newsletter"),
    path("gestion/<int:pk>/suspender/", newsletters.call_off, name="call_off_newsletter"),
    path("gestion/<int:pk>/detener/", newsletters.stop, name="stop_newsletter"),
    path("gestion/<int:pk>/borrar/", newsletters.delete, name="delete_newsletter"),
]
urlpatterns = [
    path("cuenta/avisos/", include(of_a_person)),
    path("<slug:municipality_slug>/", include(of_a_municipality)),
    path("<slug:municipality_slug>/", include("participation.urls_moderation")),
    path("<slug:municipality_slug>/", include(of_conversations)),
    path("<slug:municipality_slug>/", include(of_the_people)),
    path("<slug:municipality_slug>/boletines/", include(of_newsletters)),
]
