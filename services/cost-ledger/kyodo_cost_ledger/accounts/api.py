"""The ledger's accounts and their balances, by the date of the service and by the date recorded."""

from __future__ import annotations

from pydantic import Field

from kyodo_cost_ledger.accounts.views import KEY, KINDS_JA, AccountKind, accounts, by_kind, with_project
from kyodo_cost_ledger.charges.api import AsOf, Project, Until
from kyodo_cost_ledger.parties import overseers, readers, require_all_of_tokyo
from kyodo_events.errors import Forbidden
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.words import name_of
from kyodo_platform.resources import Answer, Page, PageQuery, Reader
from kyodo_platform.routing import Router

router = Router(prefix="/v1", tags=["accounts"])


class KindBalance(Answer):
    """What all accounts of a kind come to."""

    kind: AccountKind = Field(title="科目コード")
    kind_ja: str = Field(default="", title="科目")
    balance: int = Field(title="残高", description="Whole yen: the sum of the account's lines.")
    lines: int = Field(title="明細数")

    def model_post_init(self, context: object) -> None:
        self.kind_ja = KINDS_JA[self.kind]


class Account(KindBalance):
    """One account: whose, of which project and book."""

    party: str = Field(title="相手方コード", description="A municipality's code, 'tokyo', 'project' or 'bank'.")
    party_ja: str = Field(default="", title="相手方")
    project_id: str = Field(title="事業ID", description="Empty for payments, which are of no single project.")
    project_ja: str | None = Field(default=None, title="事業")
    book: str = Field(title="帳簿")

    def model_post_init(self, context: object) -> None:
        super().model_post_init(context)
        self.party_ja = name_of(self.party)


class TrialBalance(Answer):
    """All accounts by kind; double entry makes them come to nothing."""

    kinds: list[KindBalance]
    sum: int = Field(description="Whole yen over all accounts; must be 0.")


@router.get("/accounts", allow=readers)
async def list_accounts(
    reader: Reader,
    page: PageQuery,
    municipality: MunicipalityCode | None = None,
    project_id: Project = None,
    until: Until = None,
    as_of: AsOf = None,
) -> Page[Account]:
    """Accounts with their balances; a municipality's people see its own. `Accept: text/csv` for a spreadsheet."""
    found = accounts(municipality=municipality, project_id=project_id, until=until, as_of=as_of)
    return await reader.page(Account, with_project(found), page, by=[found.c[name] for name in KEY])


@router.get("/trial-balance", allow=overseers, raises=[Forbidden])
async def trial_balance(reader: Reader, until: Until = None, as_of: AsOf = None) -> TrialBalance:
    """What the accounts of each kind come to at a date, and that all together they come to nothing."""
    require_all_of_tokyo()
    kinds = await reader.all(KindBalance, by_kind(accounts(until=until, as_of=as_of)), at_most=len(AccountKind))
    return TrialBalance(kinds=kinds, sum=sum(kind.balance for kind in kinds))
