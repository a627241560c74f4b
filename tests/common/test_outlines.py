from decide.common.outlines import draw


SQUARE = {
    "type": "Polygon",
    "coordinates": [[[-79, -8], [-78, -8], [-78, -7], [-79, -7], [-79, -8]]],
}
BESIDE = {
    "type": "MultiPolygon",
    "coordinates": [[[[-78, -8], [-77, -8], [-77, -7], [-78, -8]]]],
}


def test_neighbours_share_one_sheet_with_north_up():
    drawing = draw([SQUARE, BESIDE], width=200)
    assert drawing.view_box == "-2 -2 204 105"
    first, second = drawing.paths
    assert first.startswith("M0 101l100 0 0-101")
    assert second.startswith("M100 101l100 0")
    assert first.endswith("z")


def test_a_place_without_an_outline_has_an_empty_path():
    assert draw([SQUARE, None], width=100).paths[1] == ""


def test_a_place_too_small_to_be_seen_is_left_out():
    speck = {"type": "Polygon", "coordinates": [[[-78.5, -7.5], [-78.4999, -7.5], [-78.5, -7.5]]]}
    assert draw([SQUARE, speck], width=100).paths[1] == ""


def test_without_any_outline_there_is_still_a_sheet():
    assert draw([None]).paths == [""]
    assert draw([]).view_box == "0 0 1 1"


def test_spots_are_placed_and_those_beyond_the_sheet_are_not():
    west, south = SQUARE["coordinates"][0][0]

    drawing = draw([SQUARE], width=100, spots=[(west, south), (west + 90, south)])

    assert drawing.places[0][0] == 0
    assert drawing.places[1] is None


def test_closely_the_sheet_is_as_large_as_its_spots():
    west, south = SQUARE["coordinates"][0][0]

    alone = draw([SQUARE], width=100, spots=[(west, south)], closely=True)
    nowhere = draw([], width=100, spots=[(west, south)])

    assert alone.places == nowhere.places
    assert alone.places[0][0] == 50
