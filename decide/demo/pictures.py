"""Pictures for the demo, drawn from simple shapes in the colours of the site."""

from __future__ import annotations

import io
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw


WIDTH, HEIGHT = 1280, 854
INK, SAND, TEAL, CLAY, GOLD = "#22201C", "#F5E8D8", "#0F5F5C", "#B4472B", "#D9A036"
LEAF, SKY, DUSK, STONE, SEA = "#5E7F4A", "#BFD8DA", "#3E4B63", "#A89C8A", "#3F8E91"


def picture(scene: str) -> SimpleUploadedFile:
    """The scene as a file that somebody might have sent."""
    canvas = Image.new("RGB", (WIDTH, HEIGHT), SKY)
    draw = ImageDraw.Draw(canvas)
    SCENES[scene](draw)
    canvas = canvas.resize((WIDTH * 3 // 4, HEIGHT * 3 // 4), reducing_gap=2.0)
    out = io.BytesIO()
    canvas.save(out, "PNG", compress_level=1)
    return SimpleUploadedFile(f"{scene}.png", out.getvalue(), "image/png")


def _sky(draw: ImageDraw.ImageDraw, top: str = SKY, sun: str = GOLD, x: int = 980) -> None:
    draw.rectangle((0, 0, WIDTH, HEIGHT), top)
    draw.ellipse((x - 70, 90, x + 70, 230), sun)


def _hills(draw: ImageDraw.ImageDraw, ground: str = LEAF) -> None:
    draw.polygon(
        [(0, 520), (260, 230), (520, 500), (800, 260), (1280, 540), (1280, 854), (0, 854)], STONE
    )
    draw.polygon([(0, 600), (380, 470), (760, 610), (1280, 500), (1280, 854), (0, 854)], ground)


def _house(draw: ImageDraw.ImageDraw, x: int, y: int, size: int, wall: str = SAND) -> None:
    draw.rectangle((x, y, x + size, y + size * 2 // 3), wall)
    draw.polygon([(x - 20, y), (x + size // 2, y - size // 3), (x + size + 20, y)], CLAY)
    draw.rectangle((x + size // 2 - 22, y + size // 4, x + size // 2 + 22, y + size * 2 // 3), TEAL)


def _tree(draw: ImageDraw.ImageDraw, x: int, y: int, size: int) -> None:
    draw.rectangle((x - 9, y, x + 9, y + size), "#6B4A2F")
    draw.ellipse((x - size // 2, y - size, x + size // 2, y + size // 4), TEAL)


def _person(draw: ImageDraw.ImageDraw, x: int, y: int, clothes: str) -> None:
    draw.ellipse((x - 20, y - 40, x + 20, y), "#8C5A3C")
    draw.polygon([(x - 34, y + 120), (x - 22, y), (x + 22, y), (x + 34, y + 120)], clothes)


def street_light(draw: ImageDraw.ImageDraw) -> None:
    _sky(draw, DUSK, SAND, 1080)
    draw.rectangle((0, 620, WIDTH, HEIGHT), INK)
    for x in (60, 330, 900):
        _house(draw, x, 440, 210, STONE)
    for x in (250, 640, 1030):
        draw.line((x, 640, x, 250, x + 70, 250), SAND, 12)
        draw.polygon([(x + 50, 255), (x + 110, 255), (x + 190, 640), (x - 40, 640)], "#8A7A4A")
        draw.ellipse((x + 55, 238, x + 105, 272), GOLD)


def road(draw: ImageDraw.ImageDraw) -> None:
    _sky(draw)
    _hills(draw)
    draw.polygon([(560, 560), (640, 560), (1000, 854), (260, 854)], STONE)
    for step in range(5):
        y = 590 + step * 55
        draw.polygon([(594, y), (606, y), (612 + step, y + 34), (588 - step, y + 34)], SAND)
    _tree(draw, 180, 600, 120)
    _tree(draw, 1100, 590, 130)


def bridge(draw: ImageDraw.ImageDraw) -> None:
    _sky(draw)
    _hills(draw)
    draw.polygon([(420, 620), (860, 620), (1020, 854), (260, 854)], SEA)
    draw.arc((220, 480, 1060, 760), 180, 360, CLAY, 22)
    draw.rectangle((180, 600, 1100, 632), "#6B4A2F")
    for x in range(260, 1060, 80):
        draw.line((x, 600, x, 555), "#6B4A2F", 8)
    draw.line((200, 555, 1080, 555), "#6B4A2F", 8)


def market(draw: ImageDraw.ImageDraw) -> None:
    _sky(draw)
    draw.rectangle((0, 600, WIDTH, HEIGHT), SAND)
    for number, x in enumerate((70, 480, 890)):
        draw.rectangle((x, 470, x + 320, 640), "#8A6A45")
        for stripe in range(8):
            colour = (CLAY, SAND)[(stripe + number) % 2]
            draw.rectangle((x - 10 + stripe * 43, 350, x + 33 + stripe * 43, 420), colour)
        for fruit in range(7):
            colour = (GOLD, LEAF, CLAY)[(fruit + number) % 3]
            draw.ellipse((x + 15 + fruit * 42, 440, x + 55 + fruit * 42, 480), colour)
    _person(draw, 420, 620, TEAL)
    _person(draw, 850, 640, CLAY)


def park(draw: ImageDraw.ImageDraw) -> None:
    _sky(draw)
    draw.rectangle((0, 540, WIDTH, HEIGHT), LEAF)
    draw.polygon([(560, 540), (720, 540), (980, 854), (300, 854)], SAND)
    for x, y, size in ((150, 470, 150), (330, 430, 110), (960, 430, 120), (1130, 480, 160)):
        _tree(draw, x, y, size)
    draw.rectangle((820, 680, 1040, 700), "#6B4A2F")
    _person(draw, 640, 640, GOLD)


def water(draw: ImageDraw.ImageDraw) -> None:
    _sky(draw)
    _hills(draw)
    draw.rectangle((420, 420, 860, 640), STONE)
    draw.rectangle((400, 390, 880, 430), TEAL)
    draw.line((860, 560, 1030, 560, 1030, 640), SAND, 22)
    draw.polygon([(1018, 650), (1042, 650), (1054, 790), (1006, 790)], SEA)
    draw.ellipse((940, 770, 1120, 820), SEA)
    _person(draw, 1150, 690, CLAY)


def school(draw: ImageDraw.ImageDraw) -> None:
    _sky(draw)
    draw.rectangle((0, 620, WIDTH, HEIGHT), SAND)
    draw.rectangle((180, 360, 1100, 640), "#E7D3B4")
    draw.rectangle((160, 320, 1120, 370), TEAL)
    for x in range(240, 1060, 140):
        draw.rectangle((x, 430, x + 90, 520), SEA)
    draw.line((120, 640, 120, 200), INK, 8)
    draw.rectangle((124, 205, 160, 275), CLAY)
    draw.rectangle((160, 205, 196, 275), SAND)
    draw.rectangle((196, 205, 232, 275), CLAY)
    for number, x in enumerate((420, 560, 800)):
        _person(draw, x, 660, (GOLD, CLAY, TEAL)[number])


def fields(draw: ImageDraw.ImageDraw) -> None:
    _sky(draw)
    _hills(draw)
    for row in range(7):
        y = 600 + row * 38
        for x in range(20 + row % 2 * 35, WIDTH, 70):
            draw.ellipse((x, y, x + 38, y + 24), ("#7FA05F", TEAL)[row % 2])
    _house(draw, 920, 430, 150)
    _person(draw, 360, 610, CLAY)


def beach(draw: ImageDraw.ImageDraw) -> None:
    _sky(draw)
    draw.rectangle((0, 440, WIDTH, 640), SEA)
    draw.polygon([(0, 620), (500, 590), (1280, 660), (1280, 854), (0, 854)], SAND)
    for x in (260, 480, 700):
        draw.polygon([(x, 740), (x + 26, 420), (x + 60, 740)], GOLD)
        draw.polygon([(x + 26, 420), (x + 44, 360), (x + 38, 430)], GOLD)


def bus(draw: ImageDraw.ImageDraw) -> None:
    _sky(draw)
    for x in (40, 300, 560, 820, 1080):
        _house(draw, x, 400, 190, (SAND, STONE)[x // 260 % 2])
    draw.rectangle((0, 640, WIDTH, HEIGHT), INK)
    draw.rounded_rectangle((300, 430, 980, 700), 40, TEAL)
    for x in range(350, 900, 120):
        draw.rectangle((x, 480, x + 90, 570), SKY)
    for x in (430, 850):
        draw.ellipse((x - 55, 660, x + 55, 770), STONE)


def ruins(draw: ImageDraw.ImageDraw) -> None:
    _sky(draw, SAND, CLAY)
    draw.rectangle((0, 620, WIDTH, HEIGHT), "#C9A877")
    for step in range(6):
        draw.rectangle(
            (160 + step * 70, 600 - step * 55, 1120 - step * 70, 655 - step * 55), "#A9824F"
        )
    for x in range(190, 1090, 90):
        draw.polygon([(x, 640), (x + 45, 610), (x + 90, 640)], CLAY)


def clean(draw: ImageDraw.ImageDraw) -> None:
    _sky(draw)
    draw.rectangle((0, 600, WIDTH, HEIGHT), STONE)
    for x, colour in ((260, TEAL), (560, GOLD), (860, CLAY)):
        draw.polygon([(x, 430), (x + 180, 430), (x + 155, 700), (x + 25, 700)], colour)
        draw.rectangle((x - 15, 395, x + 195, 435), INK)
    _tree(draw, 130, 520, 130)
    _person(draw, 1150, 620, LEAF)


def acta(draw: ImageDraw.ImageDraw) -> None:
    """A form with its lines filled in and three signatures."""
    draw.rectangle((0, 0, WIDTH, HEIGHT), STONE)
    draw.polygon([(330, 40), (960, 20), (980, 820), (310, 834)], "#FFFFFF")
    draw.rectangle((400, 90, 880, 120), INK)
    for line in range(7):
        y = 190 + line * 60
        draw.rectangle((400, y, 700, y + 10), STONE)
        draw.rectangle((760, y - 14, 880, y + 24), SAND, INK)
        draw.line([(785, y + 10), (805, y - 6), (825, y + 12), (850, y - 4)], TEAL, 4)
    for x in (400, 570, 740):
        draw.line([(x, 750), (x + 140, 750)], INK, 3)
        draw.line([(x + 10, 735), (x + 50, 690), (x + 70, 738), (x + 120, 700)], DUSK, 5)


SCENES: dict[str, Callable[[ImageDraw.ImageDraw], None]] = {
    scene.__name__: scene
    for scene in (
        *(street_light, road, bridge, market, park, water),
        *(school, fields, beach, bus, ruins, clean, acta),
    )
}
