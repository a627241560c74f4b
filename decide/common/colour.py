"""Colours that can be read: contrast by WCAG 2.2, and accents corrected until they reach it."""

import colorsys
from dataclasses import dataclass


# The grounds of frontend/src/scss/_tokens.scss, the lighter and the darker of each scheme.
GROUNDS = {"light": ("#FBF7F0", "#FFFEFB", "#F6EADB"), "dark": ("#1A1714", "#25211C", "#30261D")}
TEXT = 4.5
STEPS = 200


@dataclass(frozen=True)
class Accent:
    """A municipality's colour as one scheme shows it."""

    plain: str  # for ornament, borders and headings: readable on every ground
    strong: str  # for text on its own tint
    tint: str  # a ground
    on: str  # text upon the plain one


def rgb(colour: str) -> tuple[float, float, float]:
    digits = colour.removeprefix("#")
    if len(digits) != 6:
        raise ValueError(f"Not a colour as #RRGGBB: {colour!r}")
    return tuple(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))


def as_hex(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(part * 255):02X}" for part in (red, green, blue))


def luminance(colour: str) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb(colour)
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """1 for the same colour, 21 for black on white."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(colour: str, ground: str, share: float) -> str:
    """`share` of the colour upon the ground."""
    pairs = zip(rgb(colour), rgb(ground), strict=True)
    return as_hex(*(part * share + under * (1 - share) for part, under in pairs))


def readable(
    colour: str, scheme: str, *, wanted: float = TEXT, grounds: tuple[str, ...] = ()
) -> str:
    """The nearest colour of the same hue that reaches the contrast on every ground of a scheme.

    On light grounds it is darkened, on dark ones lightened; one that is readable already stays.
    """
    against = grounds or GROUNDS[scheme]
    hue, lightness, saturation = colorsys.rgb_to_hls(*rgb(colour))
    end = 0.0 if scheme == "light" else 1.0
    for step in range(STEPS + 1):
        moved = lightness + (end - lightness) * step / STEPS
        tried = as_hex(*colorsys.hls_to_rgb(hue, moved, saturation))
        if all(contrast(tried, ground) >= wanted for ground in against):
            return tried
    return "#000000" if scheme == "light" else "#FFFFFF"


def accent(colour: str, scheme: str) -> Accent:
    """Everything one scheme needs of a municipality's colour, each part readable where it is used."""
    ground = GROUNDS[scheme][0]
    plain = readable(colour, scheme)
    tint = mix(plain, ground, 0.12 if scheme == "light" else 0.18)
    strong = readable(plain, scheme, grounds=(tint, *GROUNDS[scheme]), wanted=TEXT)
    return Accent(plain=plain, strong=strong, tint=tint, on=ground)


def accent_css(colour: str) -> str:
    """The sheet of a municipality (municipalities:accent): four tokens for each scheme."""

    def tokens(scheme: str) -> str:
        part = accent(colour, scheme)
        return (
            f":root{{--accent:{part.plain};--accent-strong:{part.strong};"
            f"--accent-tint:{part.tint};--on-accent:{part.on}}}"
        )

    return f"{tokens('light')}\n@media (prefers-color-scheme:dark){{{tokens('dark')}}}\n"
