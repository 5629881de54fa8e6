# One image for all five services and their jobs; the command picks: `kyodo serve procurement`, `kyodo migrate talent`.
# The last stage is the default. `--target keycloak` builds the identity provider, prepared for a read-only container.

FROM ghcr.io/astral-sh/uv:0.13.9 AS uv

FROM python:3.11.14-slim-bookworm AS build
COPY --from=uv /uv /usr/local/bin/uv
ENV UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/opt/kyodo UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
WORKDIR /src
# What others wrote changes seldom: a layer of its own, from the lock alone.
COPY pyproject.toml uv.lock ./
COPY libs/events/pyproject.toml libs/events/
COPY libs/platform/pyproject.toml libs/platform/
COPY libs/local/pyproject.toml libs/local/
COPY services/procurement/pyproject.toml services/procurement/
COPY services/talent/pyproject.toml services/talent/
COPY services/supporter-matching/pyproject.toml services/supporter-matching/
COPY services/academy/pyproject.toml services/academy/
COPY services/cost-ledger/pyproject.toml services/cost-ledger/
RUN uv sync --locked --no-dev --no-install-workspace
COPY libs libs
COPY services services
RUN uv sync --locked --no-dev --no-editable

FROM quay.io/keycloak/keycloak:26.4.0 AS keycloak
ENV KC_DB=postgres KC_HEALTH_ENABLED=true KC_METRICS_ENABLED=true KC_HTTP_RELATIVE_PATH=/identity
RUN ["/opt/keycloak/bin/kc.sh", "build"]
USER 1000

FROM python:3.11.14-slim-bookworm AS kyodo
COPY --from=build /opt/kyodo /opt/kyodo
ENV PATH=/opt/kyodo/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /tmp
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["kyodo"]
CMD ["--help"]
