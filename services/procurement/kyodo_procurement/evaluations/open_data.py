"""Awards of joint calls as open data: what is public once a lot is awarded, and nothing before."""

from __future__ import annotations

from datetime import date
from typing import Final

import sqlalchemy as sa

from kyodo_platform.open_data import Column, DataSet, Datatype, Frequency, Row, from_query
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.tables import joint_call
from kyodo_procurement.evaluations.model import Evaluation
from kyodo_procurement.evaluations.tables import contract, lot
from kyodo_procurement.evaluations.values import LotStatus
from kyodo_procurement.ocds.blocks import ocid_of

_buyers = (
    sa.select(sa.func.count(sa.distinct(contract.c.municipality)))
    .where(contract.c.call_id == lot.c.call_id, contract.c.lot == lot.c.lot)
    .correlate(lot)
    .scalar_subquery()
)


def _told(row: Row) -> Row:
    names = {one["number"]: one["name_ja"] for one in row["lots"]}
    return {**row, "lot_ja": names[row["lot"]], "ocid": ocid_of(row["call_id"])}


data_set: Final = DataSet(
    id="awards",
    title_ja="共同調達の落札結果",
    title_en="Awards of joint purchases",
    description_ja="共同調達のロットごとの落札者（法人）、落札日、金額（税抜）、契約した区市町村の数。詳細はOCDSで公開",
    description_en="By lot of a joint call: supplier (a company), day, amount net of tax, buyers; details in OCDS",
    keywords_ja=("共同調達", "落札", "契約"),
    columns=(
        Column("ocid", "OCDS手続番号", "Open Contracting ID of the call"),
        Column("call_id", "調達番号", "Id of the call"),
        Column("title_ja", "調達件名", "Title of the call"),
        Column("project_id", "事業番号", "Id of the project"),
        Column("lot", "ロット番号", "Number of the lot", Datatype.INTEGER),
        Column("lot_ja", "ロット", "Lot"),
        Column("awarded_on", "落札日", "Day of the award", Datatype.DATE),
        Column("supplier_ja", "落札者", "Supplier"),
        Column("corporate_number", "法人番号", "Corporate number of the supplier"),
        Column("amount", "金額（円、税抜）", "Amount in yen, net of tax", Datatype.INTEGER, "確定数量の契約金額の合計"),
        Column("buyers", "契約団体数", "Municipalities with a contract", Datatype.INTEGER),
    ),
    rows=from_query(
        sa.select(
            *(lot.c[name] for name in ("call_id", "lot", "awarded_on", "supplier_ja", "corporate_number", "amount")),
            *(joint_call.c[name] for name in ("title_ja", "project_id", "lots")),
            _buyers.label("buyers"),
        )
        .join_from(lot, joint_call, joint_call.c.id == lot.c.call_id)
        .where(lot.c.status == LotStatus.AWARDED.value)
        .order_by(lot.c.call_id, lot.c.lot),
        _told,
    ),
    frequency=Frequency.IRREGULAR,
    form_since=date(2026, 11, 28),
    sources=(Call, Evaluation),
)
