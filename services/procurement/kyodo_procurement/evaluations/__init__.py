"""The evaluation of opened quotations: scores, award proposals, objections, awards and contracts."""
