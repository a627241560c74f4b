"""The 14 topics of the region's first portal, shared by all; municipalities add their own.

The names are those under which citizens knew them. The policy of the table binds its owner
too and lets nobody write a row without a municipality, so it is lifted for this statement.
"""

from django.db import migrations


TOPICS = [
    ("seguridad-ciudadana", "Seguridad Ciudadana", "Public safety"),
    ("salud", "Salud", "Health"),
    ("educacion", "Educación", "Education"),
    ("gestion-de-riesgo", "Gestión de riesgo y desastre", "Disaster risk"),
    ("trabajo-y-empleo", "Trabajo y Promoción del Empleo", "Work and employment"),
    ("infraestructura-vial", "Infraestructura vial", "Roads and paths"),
    ("energia", "Energía urbana y rural", "Energy in town and country"),
    ("agropecuaria", "Agropecuaria", "Farming"),
    ("turismo-y-artesania", "Turismo y artesanía", "Tourism and crafts"),
    ("diversidad-biologica", "Diversidad biológica", "Biological diversity"),
    ("participacion-ciudadana", "Participación Ciudadana", "Civic participation"),
    ("proteccion-social", "Protección Social", "Social protection"),
    ("cultura", "Cultura e Interculturalidad", "Culture and interculturality"),
    (
        "participacion-politica",
        "Participación Política y Ciudadana",
        "Political and civic participation",
    ),
]
WALLS = "ALTER TABLE participation_category {} FORCE ROW LEVEL SECURITY"


def load(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(WALLS.format("NO"))
        cursor.executemany(
            "INSERT INTO participation_category"
            " (municipality_id, code, name_es, name_en, is_active) VALUES (NULL, %s, %s, %s, true)"
            " ON CONFLICT (municipality_id, code) DO NOTHING",
            TOPICS,
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(WALLS.format(""))


class Migration(migrations.Migration):
    dependencies = [("participation", "0003_pictures_of_the_office")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
