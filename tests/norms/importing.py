"""Draft norms for the tests of what staff do with them."""

from norms.actions import norms, versions
from norms.enums import SourceKind
from tests.norms.factories import NormFactory


THREE = (
    "CONSIDERANDO:\nQue hay bicicletas.\nTÍTULO I\nGENERALES\n"
    "Artículo 1.- Objeto\nLa presente norma regula el uso de la bicicleta en la ciudad.\n"
    "Artículo 2.- Vías\nLa bicicleta circula por la ciclovía y por el lado derecho de la calzada.\n"
    "Artículo 3.- Casco\nQuien maneja una bicicleta usa casco y enciende sus luces de noche."
)


def drafted(town, by, text=THREE, **kwargs):
    """In preparation, with this text as the draft of its first version."""
    norm = NormFactory(municipality=town, draft=True, **kwargs)
    versions.import_text(norm, by=by, source=SourceKind.PASTED, text=text)
    return norm


def published(town, by, text=THREE, **kwargs):
    """Everybody reads its first version."""
    norm = drafted(town, by, text, **kwargs)
    versions.publish_version(norm.draft, by=by)
    return fresh(norms.publish(fresh(norm), by=by))


def fresh(norm):
    """As it is now, with nothing remembered."""
    return type(norm).objects.select_related("municipality", "thread").get(pk=norm.pk)


def brought(norm, by, text):
    """The draft of a version with this text."""
    return versions.import_text(fresh(norm), by=by, source=SourceKind.PASTED, text=text)
