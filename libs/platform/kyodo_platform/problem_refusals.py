"""What the platform itself refuses, whatever the service; slices have refusals of their own in their models."""

from __future__ import annotations

from kyodo_events.errors import Refused


class BadRequestBody(Refused):
    status, type = 400, "undecodable-body"
    title = "The body cannot be read"
    detail = "The body is not valid JSON in UTF-8."
    remedy = "Send JSON in UTF-8 with 'Content-Type: application/json'."


class InvalidRequest(Refused):
    status, type = 422, "invalid-request"
    title = "The request does not fit its description"
    detail = "See 'errors' for each place that is wrong."
    remedy = "Correct the places named in 'errors'; the OpenAPI document describes what is expected."


class NoSuchPath(Refused):
    status, type = 404, "no-such-path"
    title = "There is nothing at this path"
    remedy = "The OpenAPI document of the service lists its paths."


class MethodNotAllowed(Refused):
    status, type = 405, "method-not-allowed"
    title = "This path does not take this method"
    remedy = "The Allow header lists the methods it takes."


class BadPrecondition(Refused):
    status, type = 400, "bad-if-match"
    title = "Unusable If-Match"
    detail = 'If-Match must be one strong ETag such as "7", or *.'
    remedy = "Send the ETag exactly as it came with the resource."


class BadExerciseTime(Refused):
    status, type = 400, "bad-exercise-time"
    title = "Unusable Kyodo-Exercise-Time"
    detail = "'{given}' is no moment with an offset from UTC in the years that can be named."
    remedy = "Send a moment such as 2023-02-14T10:00:00+09:00, or leave the header out."


class BodyTooLarge(Refused):
    status, type = 413, "body-too-large"
    title = "The body is larger than this path takes"
    remedy = "Send it in several smaller requests."


class Crashed(Refused):
    status, type = 500, "internal-error"
    title = "Something went wrong on our side"
    remedy = "Report it with the request_id. The same Idempotency-Key makes a repetition safe."


class DependencyUnavailable(Refused):
    status, type = 503, "dependency-unavailable"
    title = "The database cannot be reached or takes too long"
    remedy = "Send the same request again after the Retry-After seconds, with the same Idempotency-Key."
