"""Framework contracts, call-off orders and deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0007"
down_revision = "m0006"
downgrade = forward_only


def upgrade() -> None:
    _frameworks()
    _prices()
    _orders()
    _parts()


def _frameworks() -> None:
    op.create_table(
        "framework",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("lot", sa.Integer, nullable=False),
        sa.Column("project_id", sa.Text, nullable=False),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("supplier_id", sa.Text, nullable=False),
        sa.Column("supplier_ja", sa.Text, nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("tax_rate", sa.Text, nullable=False),
        sa.Column("indexation_cap", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "framework_item",
        sa.Column("framework_id", sa.Text, primary_key=True),
        sa.Column("item", sa.Text, primary_key=True),
        sa.Column("name_ja", sa.Text, nullable=False),
        sa.Column("unit_ja", sa.Text, nullable=False),
        sa.Column("maximum", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "framework_contract",
        sa.Column("framework_id", sa.Text, primary_key=True),
        sa.Column("item", sa.Text, primary_key=True),
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("firm", sa.BigInteger, nullable=False),
        sa.Column("optional", sa.BigInteger, nullable=False),
        sa.Column("firm_amount", sa.BigInteger, nullable=False),
    )
    execute(*read_model("framework"))
    execute(*read_model("framework_item"))
    execute(*read_model("framework_contract"))


def _prices() -> None:
    op.create_table(
        "framework_price",
        sa.Column("framework_id", sa.Text, primary_key=True),
        sa.Column("item", sa.Text, primary_key=True),
        sa.Column("from_day", sa.Date, primary_key=True),
        sa.Column("optional_unit_price", sa.BigInteger, nullable=False),
        sa.Column("ground", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
    )
    op.create_table(
        "framework_tax_rate",
        sa.Column("framework_id", sa.Text, primary_key=True),
        sa.Column("from_day", sa.Date, primary_key=True),
        sa.Column("tax_rate", sa.Text, nullable=False),
        sa.Column("ground", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
    )
    execute(*read_model("framework_price"))
    execute(*read_model("framework_tax_rate"))


def _orders() -> None:
    op.create_table(
        "call_off_order",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("framework_id", sa.Text, nullable=False),
        sa.Column("municipality", sa.Text, nullable=False),
        sa.Column("supplier_id", sa.Text, nullable=False),
        sa.Column("supplier_ja", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("net", sa.BigInteger, nullable=False),
        sa.Column("tax_rate", sa.Text, nullable=False),
        sa.Column("tax", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("delivery_place", sa.Text, nullable=False),
        sa.Column("wanted_on", sa.Date, nullable=False),
        sa.Column("ordered_on", sa.Date, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("call_off_order_by_framework", "call_off_order", ["framework_id", "municipality"])
    op.create_table(
        "call_off_line",
        sa.Column("order_id", sa.Text, primary_key=True),
        sa.Column("item", sa.Text, primary_key=True),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("firm_quantity", sa.BigInteger, nullable=False),
        sa.Column("firm_amount", sa.BigInteger, nullable=False),
        sa.Column("optional_unit_price", sa.BigInteger, nullable=False),
        sa.Column("net", sa.BigInteger, nullable=False),
    )
    execute(*read_model("call_off_order"))
    execute(*read_model("call_off_line"))


def _parts() -> None:
    op.create_table(
        "call_off_delivery",
        sa.Column("order_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("delivered_on", sa.Date, nullable=False),
        sa.Column("slip", sa.Text, nullable=False),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("inspected_on", sa.Date),
        sa.Column("reason", sa.Text),
        sa.Column("net", sa.BigInteger),
        sa.Column("tax", sa.BigInteger),
        sa.Column("invoice", sa.Integer),
    )
    op.create_table(
        "call_off_delivered",
        sa.Column("order_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("item", sa.Text, primary_key=True),
        sa.Column("quantity", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "call_off_defect",
        sa.Column("order_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("remedy", sa.Text),
    )
    op.create_table(
        "call_off_invoice",
        sa.Column("order_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("invoice_number", sa.Text, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("net", sa.BigInteger, nullable=False),
        sa.Column("tax", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("matched_on", sa.Date),
    )
    for table in ("call_off_delivery", "call_off_delivered", "call_off_defect", "call_off_invoice"):
        execute(*read_model(table))
