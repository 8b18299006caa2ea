"""The database itself refuses to change a sample after its sign-off, or a decision once taken (L10)."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Retention may destroy what belongs to an inspection that has ended; nobody else may touch these rows.
_FUNCTION = """
CREATE FUNCTION sample_is_signed_off() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT 1 FROM sampledecision WHERE inspection = NEW.inspection AND draw_version = NEW.draw_version
                   AND kind = 'approve' AND number < NEW.number) THEN
            RAISE EXCEPTION 'draw % of % is approved; nothing can be decided after that',
                NEW.draw_version, NEW.inspection;
        END IF;
        RETURN NEW;
    END IF;
    IF TG_TABLE_NAME = 'sampledraw' THEN
        IF to_jsonb(OLD) ->> 'approved_at' IS NULL THEN
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END IF;
    END IF;
    IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM inspection WHERE ref = OLD.inspection
                                    AND stage IN ('closed', 'cancelled')) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a row of % of % was signed off and cannot be changed', TG_TABLE_NAME, OLD.inspection;
END $$
"""


def upgrade() -> None:
    op.execute(_FUNCTION)
    op.execute(
        "CREATE TRIGGER nothing_after_sign_off BEFORE UPDATE OR DELETE ON sampledraw "
        "FOR EACH ROW EXECUTE FUNCTION sample_is_signed_off()"
    )
    op.execute(
        "CREATE TRIGGER nothing_after_sign_off BEFORE INSERT OR UPDATE OR DELETE ON sampledecision "
        "FOR EACH ROW EXECUTE FUNCTION sample_is_signed_off()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER nothing_after_sign_off ON sampledecision")
    op.execute("DROP TRIGGER nothing_after_sign_off ON sampledraw")
    op.execute("DROP FUNCTION sample_is_signed_off()")
