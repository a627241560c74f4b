"""An anchor holds the words of its annotation, whatever the spaces between them are.

A paragraph that is set in deeper, or joined to the one before, has the same words.
"""

from django.db import migrations


SAME_WORDS = r"""
CREATE OR REPLACE FUNCTION norms_anchor_holds_the_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.part_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM norms_part p JOIN norms_annotation a ON a.id = NEW.annotation_id
        JOIN norms_version v ON v.id = NEW.version_id AND v.norm_id = a.norm_id
        WHERE p.id = NEW.part_id AND p.version_id = v.id
          AND regexp_replace(
                substr(p.text, NEW.start + 1, NEW.stop - NEW.start), '[ \t\n\u00a0]+', ' ', 'g'
              ) = regexp_replace(a.quote, '[ \t\n\u00a0]+', ' ', 'g')
    ) THEN
        RAISE EXCEPTION 'these are not the words of the annotation'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'norms_anchor_same_words';
    END IF;
    RETURN NULL;
END $$
"""
EXACTLY = r"""
CREATE OR REPLACE FUNCTION norms_anchor_holds_the_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.part_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM norms_part p JOIN norms_annotation a ON a.id = NEW.annotation_id
        JOIN norms_version v ON v.id = NEW.version_id AND v.norm_id = a.norm_id
        WHERE p.id = NEW.part_id AND p.version_id = v.id
          AND substr(p.text, NEW.start + 1, NEW.stop - NEW.start) = a.quote
    ) THEN
        RAISE EXCEPTION 'these are not the words of the annotation'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'norms_anchor_same_words';
    END IF;
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("norms", "0003_importing")]
    operations = [migrations.RunSQL(SAME_WORDS, reverse_sql=EXACTLY)]
