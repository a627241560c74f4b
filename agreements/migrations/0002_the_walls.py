"""Who sees which row, what is only ever added, and what the database refuses whoever asks.

See docs/decisions/0100-whose-data-agreements-are.md and 0101-every-change-leaves-a-trace.md.
"""

from django.db import migrations

from municipalities.rls import (
    IDS,
    MYSELF,
    AppendOnly,
    Function,
    Guard,
    ProtectShared,
    ProtectTable,
    SameParent,
)


def sees(parent, condition, of):
    return f"{parent}_id IN (SELECT id FROM agreements_{of} WHERE {condition})"


PUBLISHED = "published_at IS NOT NULL"
IS_PARTY = f"towns && {IDS}"
OF_AGREEMENT = sees("agreement", PUBLISHED, "agreement")
OF_TRANSFER = sees("transfer", PUBLISHED, "transfer")
# Rows of one municipality, and what of them everybody reads.
OF_A_TOWN = {
    "activity": PUBLISHED,
    "adaptation": OF_TRANSFER,
    "adoptionstep": OF_TRANSFER,
    "advice": PUBLISHED,
    "assessment": PUBLISHED,
    "attendance": sees("activity", PUBLISHED, "activity"),
    "baselineanswer": PUBLISHED,
    "baselinecell": PUBLISHED,
    "baselinesheet": PUBLISHED,
    "certificate": PUBLISHED,
    "citizencheck": f"{PUBLISHED} AND hidden_at IS NULL",
    "counteranswer": sees("answer", PUBLISHED, "selfanswer"),
    "entry": f"{PUBLISHED} AND state = 'accepted'",
    "entrycell": PUBLISHED,
    "evaluation": PUBLISHED,
    "evidence": "is_public AND state = 'accepted'",
    "interest": PUBLISHED,
    "learning": PUBLISHED,
    "ledgersum": "",
    "observation": PUBLISHED,
    "outreachact": PUBLISHED,
    "piece": OF_TRANSFER,
    "qualityscore": PUBLISHED,
    "readinessanswer": "",
    "selfanswer": PUBLISHED,
    "target": PUBLISHED,
    "task": "",
    "transfer": PUBLISHED,
    "verification": sees("evidence", "is_public AND state = 'accepted'", "evidence"),
}
OWN = {"citizencheck": "by_id"}
# Parts of a convenio: its parties' and the region's, and what of them everybody reads.
OF_A_CONVENIO = {
    "act": OF_AGREEMENT,
    "addendum": f"state = 'signed' AND {OF_AGREEMENT}",
    "agreementevent": OF_AGREEMENT,
    "agreementfile": f"is_public AND {OF_AGREEMENT}",
    "clause": OF_AGREEMENT,
    "coordinator": OF_AGREEMENT,
    "override": OF_AGREEMENT,
    "party": OF_AGREEMENT,
    "report": f"state = 'accepted' AND {OF_AGREEMENT}",
    "reschedule": OF_AGREEMENT,
    "undertaking": OF_AGREEMENT,
    "workitem": OF_AGREEMENT,
}
# The region's, that everybody reads.
OF_THE_REGION = [
    "actionplan",
    "agreementtemplate",
    "commitment",
    "conflict",
    "indicator",
    "milestone",
    "moneyreceived",
    "office",
    "organization",
    "period",
    "priorityinput",
    "priorityscenario",
    "responsibility",
    "sourcedocument",
]
MY_PRACTICE = (
    f"nominated_by_id IN (SELECT id FROM agreements_organization WHERE town_id = ANY ({IDS}))"
)
MY_VERSION = sees("practice", MY_PRACTICE, "practice")
FROZEN = sees("version", "frozen_at IS NOT NULL", "practiceversion")
OF_PRACTICES = {
    "practice": (MY_PRACTICE, "state IN ('published', 'retired')"),
    "practiceversion": (MY_VERSION, "frozen_at IS NOT NULL"),
    "component": (sees("version", MY_VERSION, "practiceversion"), FROZEN),
    "requirement": (sees("version", MY_VERSION, "practiceversion"), FROZEN),
    "kititem": (sees("version", MY_VERSION, "practiceversion"), FROZEN),
    "practicereview": ("", FROZEN),
    "practiceevent": ("", sees("practice", "state IN ('published', 'retired')", "practice")),
}
ONLY_ADDED = [
    "adoptionstep",
    "agreementevent",
    "assessment",
    "counteranswer",
    "evaluation",
    "observation",
    "override",
    "practiceevent",
    "practicereview",
    "priorityscenario",
    "qualityscore",
    "reschedule",
    "verification",
]
# A part belongs to the municipality of its whole, whoever forges an id.
WHOLES = ["activity", "baselinesheet", "entry", "evidence", "selfanswer", "transfer"]
PARENTS = [
    ("readinessanswer", "transfer_id", "transfer"),
    ("adaptation", "transfer_id", "transfer"),
    ("piece", "transfer_id", "transfer"),
    ("adoptionstep", "transfer_id", "transfer"),
    ("activity", "transfer_id", "transfer"),
    ("outreachact", "transfer_id", "transfer"),
    ("evaluation", "transfer_id", "transfer"),
    ("attendance", "activity_id", "activity"),
    ("baselinecell", "sheet_id", "baselinesheet"),
    ("baselineanswer", "sheet_id", "baselinesheet"),
    ("counteranswer", "answer_id", "selfanswer"),
    ("verification", "evidence_id", "evidence"),
    ("entrycell", "entry_id", "entry"),
]
# Everything whose changes are traced; the sums of the ledger are made anew from it.
TRACED = sorted(
    {*OF_A_TOWN, *OF_A_CONVENIO, *OF_THE_REGION, *OF_PRACTICES, "agreement", "member"}
    - {"ledgersum"}
)

# The municipalities of the parties, repeated in the convenio for its wall.
TOWNS = """
CREATE FUNCTION agreements_towns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which bigint;
BEGIN
    FOREACH which IN ARRAY ARRAY[
        CASE WHEN TG_OP <> 'DELETE' THEN NEW.agreement_id END,
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.agreement_id END]
    LOOP
        UPDATE agreements_agreement SET towns = (
            SELECT coalesce(array_agg(o.town_id ORDER BY o.town_id), '{}')
            FROM agreements_party p JOIN agreements_organization o ON o.id = p.organization_id
            WHERE p.agreement_id = which AND o.town_id IS NOT NULL)
        WHERE id = which;
    END LOOP;
    RETURN NULL;
END $$
"""
# «Signed» needs the act of each municipal council (or why there is none), a date of each party
# that signs, none of them ahead, and the signed file.
SIGNING = """
CREATE FUNCTION agreements_guard_agreement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state NOT IN ('draft', 'denied') OR OLD.published_at IS NOT NULL THEN
            RAISE EXCEPTION 'a convenio past its draft is never deleted'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.code <> OLD.code THEN
        RAISE EXCEPTION 'the code of a convenio is never used again'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'signed' AND OLD.state NOT IN ('signed', 'suspended') THEN
        IF EXISTS (
            SELECT FROM agreements_party WHERE agreement_id = NEW.id AND role <> 'observer'
            AND (signed_on IS NULL OR signed_on > (now() AT TIME ZONE 'America/Lima')::date))
            OR (SELECT count(*) FROM agreements_party
                WHERE agreement_id = NEW.id AND role <> 'observer') < 2
        THEN
            RAISE EXCEPTION 'a convenio is signed once each party has its date'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'agreements_signed_by_all';
        END IF;
        IF NEW.council_exception = '' AND EXISTS (
            SELECT FROM agreements_party p JOIN agreements_organization o ON o.id = p.organization_id
            WHERE p.agreement_id = NEW.id AND p.role <> 'observer'
            AND o.kind IN ('provincial', 'district')
            AND NOT EXISTS (
                SELECT FROM agreements_act a WHERE a.party_id = p.id AND a.kind = 'council'))
        THEN
            RAISE EXCEPTION 'a convenio needs the act of each municipal council'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'agreements_council_act';
        END IF;
        IF NOT EXISTS (
            SELECT FROM agreements_agreementfile WHERE agreement_id = NEW.id AND kind = 'signed')
        THEN
            RAISE EXCEPTION 'a convenio is signed once its signed file is here'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'agreements_signed_file';
        END IF;
    END IF;
    RETURN NEW;
END $$
"""
# Each event names the hash of the one before; a row changed by hand no longer fits.
CHAIN = """
CREATE FUNCTION agreements_event_hash(
    agreement bigint, seq integer, key uuid, verb text, before text, after text, reason text,
    by_id bigint, at timestamptz, previous text
) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        agreement, seq, key, verb, before, after, reason, by_id,
        extract(epoch FROM at), previous)::text, 'UTF8')), 'hex')
$$
"""
NEXT_EVENT = """
CREATE FUNCTION agreements_next_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM agreements_agreement WHERE id = NEW.agreement_id FOR UPDATE;
    SELECT e.seq + 1, e.hash INTO NEW.seq, NEW.previous FROM agreements_agreementevent e
        WHERE e.agreement_id = NEW.agreement_id ORDER BY e.seq DESC LIMIT 1;
    NEW.seq := coalesce(NEW.seq, 1);
    NEW.previous := coalesce(NEW.previous, '');
    NEW.hash := agreements_event_hash(NEW.agreement_id, NEW.seq, NEW.key, NEW.verb, NEW.before,
        NEW.after, NEW.reason, NEW.by_id, NEW.at, NEW.previous);
    RETURN NEW;
END $$
"""
EVIDENCE = """
CREATE FUNCTION agreements_guard_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'evidence is removed with a reason, never deleted'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.municipality_id, NEW.file, NEW.url, NEW.sha256, NEW.added_by_id, NEW.added_at,
        NEW.item_id, NEW.piece_id, NEW.activity_id, NEW.outreach_id, NEW.adoption_id,
        NEW.baseline_cell_id, NEW.answer_id, NEW.report_id)
        IS DISTINCT FROM
        (OLD.municipality_id, OLD.file, OLD.url, OLD.sha256, OLD.added_by_id, OLD.added_at,
        OLD.item_id, OLD.piece_id, OLD.activity_id, OLD.outreach_id, OLD.adoption_id,
        OLD.baseline_cell_id, OLD.answer_id, OLD.report_id)
    THEN
        RAISE EXCEPTION 'what a piece of evidence shows does not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'accepted' AND OLD.state <> 'accepted' AND NOT EXISTS (
        SELECT FROM agreements_verification WHERE evidence_id = NEW.id AND result = 'ok')
    THEN
        RAISE EXCEPTION 'evidence is accepted once somebody else has verified it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreements_evidence_verified';
    END IF;
    RETURN NEW;
END $$
"""
# Whoever claims never verifies, nor does anybody with a role in the same municipality.
VERIFYING = """
CREATE FUNCTION agreements_guard_verification() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    shown agreements_evidence;
BEGIN
    SELECT * INTO shown FROM agreements_evidence WHERE id = NEW.evidence_id;
    IF shown.added_by_id = NEW.by_id OR EXISTS (
        SELECT FROM agreements_organization o
        WHERE o.id = NEW.organization_id AND o.town_id = shown.municipality_id
        AND o.kind <> 'region')
    THEN
        RAISE EXCEPTION 'whoever shows evidence does not verify it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreements_verified_by_another';
    END IF;
    RETURN NULL;
END $$
"""
FIRST_DATE = """
CREATE FUNCTION agreements_guard_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.first_due_on IS NOT NULL AND NEW.first_due_on IS DISTINCT FROM OLD.first_due_on THEN
        RAISE EXCEPTION 'the first approved date does not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'verified' AND OLD.state NOT IN ('submitted', 'verified') THEN
        RAISE EXCEPTION 'only what was submitted is verified'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
TRACE = f"""
CREATE FUNCTION agreements_trace() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    new jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    id bigint := coalesce(new, old) ->> 'id';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF old = new THEN
            RETURN NULL;
        END IF;
        SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, new -> o.key)
            INTO old, new FROM jsonb_each(old) o WHERE new -> o.key IS DISTINCT FROM o.value;
    END IF;
    INSERT INTO agreements_trace ("table", "row", verb, before, after, person, reason, at)
    VALUES (TG_TABLE_NAME, id, lower(TG_OP), old, new, {MYSELF},
        coalesce(current_setting('decide.reason', true), ''), clock_timestamp());
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0001_initial"),
        ("municipalities", "0007_observatory_address"),
    ]

    operations = [
        *(
            ProtectTable(f"agreements_{name}", public=public, own=OWN.get(name, ""))
            for name, public in OF_A_TOWN.items()
        ),
        ProtectShared("agreements_agreement", may=IS_PARTY, public=PUBLISHED),
        *(
            ProtectShared(
                f"agreements_{name}", may=sees("agreement", IS_PARTY, "agreement"), public=public
            )
            for name, public in OF_A_CONVENIO.items()
        ),
        *(ProtectShared(f"agreements_{name}", public="true") for name in OF_THE_REGION),
        *(
            ProtectShared(f"agreements_{name}", may=may, public=public)
            for name, (may, public) in OF_PRACTICES.items()
        ),
        ProtectShared("agreements_member", own="user_id"),
        ProtectShared("agreements_networkentry", public=PUBLISHED),
        ProtectShared("agreements_reminder"),
        ProtectShared("agreements_ledgermark"),
        ProtectShared("agreements_trace"),
        migrations.RunSQL(
            "CREATE POLICY anybody_leaves ON agreements_trace FOR INSERT WITH CHECK (true)",
            "DROP POLICY anybody_leaves ON agreements_trace",
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE agreements_{name}"
                f" ADD CONSTRAINT agreements_{name}_with_town UNIQUE (id, municipality_id)",
                f"ALTER TABLE agreements_{name} DROP CONSTRAINT agreements_{name}_with_town",
            )
            for name in WHOLES
        ),
        *(
            SameParent(f"agreements_{name}", column, f"agreements_{of}")
            for name, column, of in PARENTS
        ),
        migrations.RunSQL(
            """
            ALTER TABLE agreements_evidence ADD CONSTRAINT agreements_evidence_is_of_one_thing
            CHECK (num_nonnulls(item_id, piece_id, activity_id, outreach_id, adoption_id,
                baseline_cell_id, answer_id, report_id) = 1)
            """,
            "ALTER TABLE agreements_evidence DROP CONSTRAINT agreements_evidence_is_of_one_thing",
        ),
        Function("agreements_towns()", TOWNS),
        Guard(
            "agreements_party",
            "agreements_towns()",
            on="INSERT OR UPDATE OR DELETE",
            when="AFTER",
            name="keep_towns",
        ),
        Function("agreements_guard_agreement()", SIGNING),
        Guard("agreements_agreement", "agreements_guard_agreement()"),
        Function(
            "agreements_event_hash(bigint, integer, uuid, text, text, text, text, bigint,"
            " timestamptz, text)",
            CHAIN,
        ),
        Function("agreements_next_event()", NEXT_EVENT),
        Guard("agreements_agreementevent", "agreements_next_event()", on="INSERT", name="chain"),
        Function("agreements_guard_evidence()", EVIDENCE),
        Guard("agreements_evidence", "agreements_guard_evidence()"),
        Function("agreements_guard_verification()", VERIFYING),
        Guard(
            "agreements_verification",
            "agreements_guard_verification()",
            on="INSERT",
            when="AFTER",
        ),
        Function("agreements_guard_item()", FIRST_DATE),
        Guard("agreements_workitem", "agreements_guard_item()", on="UPDATE"),
        *(AppendOnly(f"agreements_{name}") for name in [*ONLY_ADDED, "trace"]),
        Function("agreements_trace()", TRACE),
        *(
            Guard(
                f"agreements_{name}",
                "agreements_trace()",
                on="INSERT OR UPDATE OR DELETE",
                when="AFTER",
                name="leave_a_trace",
            )
            for name in TRACED
        ),
    ]
