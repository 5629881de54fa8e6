"""What happens to a device, and why something may not. Nothing tells who has it: that is the reservation's."""

from __future__ import annotations

from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Id, Line
from kyodo_supporter_matching.devices.values import AssetTag, Family, Finding, RetirementReason, Wiping


class _OfMunicipality(Event):
    """Something about a municipality's device."""

    municipality: MunicipalityCode


class DeviceAdded(
    _OfMunicipality, type="kyodo.supporter-matching.device-added", words="端末{asset_tag}（{family}）を登録した"
):
    """A new device, ready to be lent."""

    asset_tag: AssetTag
    family: Family
    product: Line


class DeviceLent(_OfMunicipality, type="kyodo.supporter-matching.device-lent", words="貸し出した（{due_day}まで）"):
    """The device was handed out against a reservation, to be back by a day."""

    reservation_id: Id
    due_day: Day


class DeviceReturned(_OfMunicipality, type="kyodo.supporter-matching.device-returned", words="返却された"):
    """The device is back. What its borrower left on it still is."""


class DeviceInspected(_OfMunicipality, type="kyodo.supporter-matching.device-inspected", words="点検した（{finding}）"):
    """Somebody looked at it; a damaged one goes into repair at once."""

    finding: Finding


class DeviceWiped(_OfMunicipality, type="kyodo.supporter-matching.device-wiped", words="データを消去した（{wiping}）"):
    """Nothing of its last borrower is left: it may be lent again."""

    wiping: Wiping


class DeviceLost(_OfMunicipality, type="kyodo.supporter-matching.device-lost", words="紛失として記録した"):
    """Nobody knows where it is."""


class DeviceFound(_OfMunicipality, type="kyodo.supporter-matching.device-found", words="見つかった"):
    """It is back; whoever had it may have left something, so that it is inspected and wiped like one returned."""


class DeviceSentToRepair(_OfMunicipality, type="kyodo.supporter-matching.device-sent-to-repair", words="修理に出した"):
    """It cannot be lent until it is repaired."""


class DeviceRepaired(_OfMunicipality, type="kyodo.supporter-matching.device-repaired", words="修理から戻った"):
    """It is back from repair, to be inspected and wiped: strangers had it."""


class DeviceRetired(_OfMunicipality, type="kyodo.supporter-matching.device-retired", words="除却した（{reason}）"):
    """It is never lent again."""

    reason: RetirementReason


class AssetTagTaken(Refused):
    status, type = 409, "asset-tag-taken"
    title = "There is a device with this asset tag already (管理番号が登録済み)"
    detail = "The asset tag {asset_tag} is that of the device {device_id}."
    remedy = "Look for a mistyped tag; the tag of a retired device is not used again."


class DeviceIsLent(Refused):
    status, type = 409, "device-lent"
    title = "The device is lent (貸出中)"
    detail = "The device {asset_tag} is lent until {due_day}."
    remedy = "Record its return, inspect and wipe it first, or choose one of GET /v1/devices?state=available."


class DeviceNotLent(Refused):
    status, type = 409, "device-not-lent"
    title = "The device is not lent (貸出中ではない)"
    detail = "The device {asset_tag} cannot be returned: it is in the state '{state}'."
    remedy = "Look for a mistyped device; one that was lost is recorded as found."


class DeviceNotWiped(Refused):
    status, type = 409, "device-not-wiped"
    title = "The device has not been wiped (データ未消去)"
    detail = "The device {asset_tag} is in the state '{state}': what its borrower left may still be on it."
    remedy = "Inspect and wipe it; only then is it available again."


class DeviceInAnotherState(Refused):
    status, type = 409, "device-in-another-state"
    title = "This does not come next for the device (端末の状態が異なる)"
    detail = "The device {asset_tag} is in the state '{state}'; this needs {needed}."
    remedy = "Take the steps before it first: lent, returned, inspected, wiped, and available again."


class DeviceOfAnotherFamily(Refused):
    status, type = 409, "device-of-another-family"
    title = "The device is of another family (機種区分が異なる)"
    detail = "The device {asset_tag} is of the family '{family}', reserved is '{reserved}'."
    remedy = "Choose a device of the family that is reserved, or cancel and reserve another one."
