"""Whose rows these are, what of a published text is frozen, and whose words an anchor holds."""

from django.db import migrations

from municipalities.rls import Function, Guard, ProtectTable, SameParent


TABLES = [
    "anchor",
    "annotation",
    "answered",
    "article",
    "cause",
    "initiative",
    "norm",
    "officeanswer",
    "part",
    "version",
    "wording",
    "wordingstance",
]
PARENTS = [
    ("norm", "thread_id", "participation_thread"),
    ("version", "norm_id", "norms_norm"),
    ("article", "norm_id", "norms_norm"),
    ("article", "thread_id", "participation_thread"),
    ("part", "version_id", "norms_version"),
    ("part", "article_id", "norms_article"),
    ("annotation", "norm_id", "norms_norm"),
    ("annotation", "article_id", "norms_article"),
    ("annotation", "thread_id", "participation_thread"),
    ("annotation", "version_id", "norms_version"),
    ("anchor", "annotation_id", "norms_annotation"),
    ("anchor", "version_id", "norms_version"),
    ("anchor", "part_id", "norms_part"),
    ("wording", "norm_id", "norms_norm"),
    ("wording", "annotation_id", "norms_annotation"),
    ("wordingstance", "wording_id", "norms_wording"),
    ("officeanswer", "norm_id", "norms_norm"),
    ("answered", "answer_id", "norms_officeanswer"),
    ("cause", "version_id", "norms_version"),
    ("cause", "article_id", "norms_article"),
    ("initiative", "proposal_id", "participation_thread"),
    ("initiative", "norm_id", "norms_norm"),
]

# Longer is allowed, so that nobody who comes in time finds it closed.
NOT_CUT_SHORT = """
CREATE FUNCTION norms_comments_not_cut_short() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL AND OLD.state = 'published' AND (
        NEW.published_at IS DISTINCT FROM OLD.published_at
        OR NEW.closes_at < OLD.closes_at
        OR (NEW.opens_at > OLD.opens_at AND OLD.opens_at <= now())
    ) THEN
        RAISE EXCEPTION 'the time for comments is made longer, never shorter'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'norms_norm_not_cut_short';
    END IF;
    RETURN NEW;
END $$
"""
PUBLISHED_VERSION = """
CREATE FUNCTION norms_version_is_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'a published version does not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'norms_version_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
PUBLISHED_PART = """
CREATE FUNCTION norms_part_is_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM norms_version
        WHERE published_at IS NOT NULL AND id = ANY (CASE TG_OP
            WHEN 'INSERT' THEN ARRAY[NEW.version_id]
            WHEN 'DELETE' THEN ARRAY[OLD.version_id]
            ELSE ARRAY[OLD.version_id, NEW.version_id] END)
    ) THEN
        RAISE EXCEPTION 'the text of a published version does not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'norms_part_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
# A text of PostgreSQL is counted in characters, as Python counts it. The words have to be those of the
# annotation, whatever the spaces between them: a paragraph set in deeper has the same words.
SAME_WORDS = r"""
CREATE FUNCTION norms_anchor_holds_the_words() RETURNS trigger LANGUAGE plpgsql AS $$
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
COUNT = """
CREATE FUNCTION norms_count_stances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE norms_wording SET
            musts = musts - (OLD.stance = 'must')::int,
            shoulds = shoulds - (OLD.stance = 'should')::int,
            should_nots = should_nots - (OLD.stance = 'should_not')::int,
            must_nots = must_nots - (OLD.stance = 'must_not')::int
        WHERE id = OLD.wording_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE norms_wording SET
            musts = musts + (NEW.stance = 'must')::int,
            shoulds = shoulds + (NEW.stance = 'should')::int,
            should_nots = should_nots + (NEW.stance = 'should_not')::int,
            must_nots = must_nots + (NEW.stance = 'must_not')::int
        WHERE id = NEW.wording_id;
    END IF;
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("norms", "0001_initial")]
    operations = [
        *[ProtectTable(f"norms_{table}") for table in TABLES],
        *[SameParent(f"norms_{table}", column, of) for table, column, of in PARENTS],
        Function("norms_comments_not_cut_short()", NOT_CUT_SHORT),
        Guard("norms_norm", "norms_comments_not_cut_short()", on="UPDATE"),
        Function("norms_version_is_published()", PUBLISHED_VERSION),
        Guard("norms_version", "norms_version_is_published()"),
        Function("norms_part_is_published()", PUBLISHED_PART),
        Guard("norms_part", "norms_part_is_published()"),
        Guard("norms_part", "norms_part_is_published()", on="INSERT", when="AFTER"),
        Function("norms_anchor_holds_the_words()", SAME_WORDS),
        Guard(
            "norms_anchor", "norms_anchor_holds_the_words()", on="INSERT OR UPDATE", when="AFTER"
        ),
        Function("norms_count_stances()", COUNT),
        Guard(
            "norms_wordingstance",
            "norms_count_stances()",
            on="INSERT OR UPDATE OR DELETE",
            when="AFTER",
        ),
    ]
