"""Desks, tables and papers."""

from django.urls import path

from votes.views import paper, paper_desks, paper_recount, paper_sheets


urlpatterns = [
    path("mesas/", paper.tables, name="tables"),
    path("mesas/<int:pk>/", paper.table, name="table"),
    path("mesas/<int:pk>/entregar/", paper.hand_out, name="hand_out"),
    path("mesas/<int:pk>/malograda/", paper.spoiled, name="spoiled_paper"),
    path("mesas/<int:pk>/cedulas/", paper.supply, name="supply_papers"),
    path("mesas/<int:pk>/anfora/", paper_recount.empty_box, name="empty_box"),
    path("mesas/<int:pk>/acta/", paper_recount.acta, name="acta_of_table"),
    path("mesas/<int:pk>/acta/sumas/", paper_recount.sums, name="sums_of_table"),
    path("mesas/<int:pk>/ingreso/", paper_recount.enter, name="enter"),
    path("mesas/<int:pk>/ingreso/lista/", paper_recount.enter_list, name="enter_list"),
    path("mesas/<int:pk>/ingreso/de-nuevo/", paper_recount.enter_afresh, name="enter_afresh"),
    path("mesas/<int:pk>/cuadrar/", paper_recount.settle, name="settle_table"),
    path("mesas/<int:pk>/firmas.pdf", paper_sheets.signatures, name="signatures_sheet"),
    path("mesas/<int:pk>/acta.pdf", paper_sheets.acta, name="acta_sheet"),
    path("gestion/mesas/", paper_desks.desks, name="desks"),
    path("gestion/mesas/nueva/", paper_desks.new_desk, name="new_desk"),
    path("gestion/mesas/<int:pk>/", paper_desks.desk, name="desk_of_papers"),
    path("gestion/mesas/turnos/<int:pk>/quitar/", paper_desks.end_shift, name="end_shift"),
    path("gestion/<int:pk>/mesas/", paper_desks.poll_desks, name="poll_desks"),
    path("gestion/<int:pk>/cedula.pdf", paper_sheets.ballot, name="paper_ballot"),
]
