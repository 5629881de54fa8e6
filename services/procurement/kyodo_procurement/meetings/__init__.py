"""The CIO forum's meetings, and what they confirmed: the decisions that selections and rules rest on."""
