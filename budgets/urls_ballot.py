"""From feasible works to the vote, the count, and what is told of it."""

from django.urls import path

from budgets.views import ballots, data, elections, results, tallies


urlpatterns = [
    path("gestion/<int:pk>/votacion/", ballots.ballots, name="ballots"),
    path("gestion/<int:pk>/votacion/obras/", ballots.make_ballot, name="make_ballot"),
    path("gestion/<int:pk>/votacion/comite/", ballots.elect_committee, name="elect_committee"),
    path("gestion/<int:pk>/votacion/contar/", ballots.count_now, name="count_now"),
    path("gestion/<int:pk>/recuento-agentes/", tallies.tallies, name="tallies"),
    path("gestion/<int:pk>/recuento-agentes/sorteo/", tallies.draw_lots, name="draw_lots"),
    path("gestion/<int:pk>/recuento-agentes/<int:heading>/", tallies.tally, name="tally"),
    path("gestion/<int:pk>/matriz/confirmar/", tallies.confirm_matrix, name="confirm_matrix"),
    path("<int:pk>/resultados/", results.results, name="results"),
    path("<int:pk>/resultados/<int:heading>/", results.heading_results, name="heading_results"),
    path("<int:pk>/resultados/<int:heading>.pb", data.heading_pb, name="heading_pb"),
    path("<int:pk>/resultados/<int:heading>/otra-regla/", results.what_if, name="what_if"),
    path(
        "<int:pk>/resultados/<int:heading>/otra-regla/<int:count>/",
        results.what_if_count,
        name="what_if_count",
    ),
    path("<int:pk>/conteo/", results.how_counted, name="how_counted"),
    path("<int:pk>/datos/", data.open_data, name="open_data"),
    path("<int:pk>/obras.<str:kind>", data.works_data, name="works_data"),
    path("<int:pk>/evaluaciones.<str:kind>", data.evaluations_data, name="evaluations_data"),
    path("<int:pk>/resultados.<str:kind>", data.results_data, name="results_data"),
    path("elecciones/", elections.elections, name="elections"),
    path("elecciones/<int:pk>/", elections.election, name="election"),
    path("elecciones/<int:pk>/<int:count>/", elections.election_count, name="election_count"),
    path("elecciones/<int:pk>.pb", elections.election_pb, name="election_pb"),
    path("gestion/elecciones/importar/", elections.import_pb, name="import_pb"),
    path("gestion/elecciones/<int:pk>/quitar/", elections.drop_election, name="drop_election"),
]
