"""The tables of orders: a row an order, and rows for its lines, deliveries, defects and invoices."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_procurement.tables import metadata

order = sa.Table(
    "call_off_order",  # a table called order would have to be quoted everywhere
    metadata,
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
    sa.Index("call_off_order_by_framework", "framework_id", "municipality"),
)

line = sa.Table(
    "call_off_line",
    metadata,
    sa.Column("order_id", sa.Text, primary_key=True),
    sa.Column("item", sa.Text, primary_key=True),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("firm_quantity", sa.BigInteger, nullable=False),
    sa.Column("firm_amount", sa.BigInteger, nullable=False),
    sa.Column("optional_unit_price", sa.BigInteger, nullable=False),
    sa.Column("net", sa.BigInteger, nullable=False),
)

delivery = sa.Table(
    "call_off_delivery",
    metadata,
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

delivered = sa.Table(  # the lines of deliveries again, to be counted
    "call_off_delivered",
    metadata,
    sa.Column("order_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("item", sa.Text, primary_key=True),
    sa.Column("quantity", sa.BigInteger, nullable=False),
)

defect = sa.Table(
    "call_off_defect",
    metadata,
    sa.Column("order_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("remedy", sa.Text),
)

invoice = sa.Table(
    "call_off_invoice",
    metadata,
    sa.Column("order_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("invoice_number", sa.Text, nullable=False),
    sa.Column("issued_on", sa.Date, nullable=False),
    sa.Column("net", sa.BigInteger, nullable=False),
    sa.Column("tax", sa.BigInteger, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("matched_on", sa.Date),
)
