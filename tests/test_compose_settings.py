"""What compose gives the services and jobs: each variable is a setting, and each setting that is needed is given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

from kyodo_local.compose import secret_files
from kyodo_local.compose.provisioning import ADMIN_URL, KEYCLOAK_PASSWORD, URLS
from kyodo_local.services import NAMES, service_named
from kyodo_platform.settings import Settings, surroundings, variable
from tests.support.compose_file import ROOT, of_kyodo, parsed, services

KNOWN = {variable(field, service) for field in Settings.model_fields for service in (None, *NAMES)}
OF_COMMANDS = {"KYODO_DRILL_SERVER_URL"}
SECRET = {
    name
    for name, field in Settings.model_fields.items()
    if field.annotation == SecretStr or field.annotation == SecretStr | None or name in URLS
}


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The secrets of one machine."""
    folder = tmp_path_factory.mktemp("secrets")
    secret_files.make(folder)
    return folder


def given(name: str, secrets: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put this process in the place of a container: its environment, its secrets and nothing else."""
    for key in [key for key in surroundings() if key.startswith(("KYODO_", "KAFKA_"))]:
        monkeypatch.delenv(key)
    container = parsed()[name]
    for target, source in container.secrets.items():
        (folder / target).write_text((secrets / source).read_text())
    for key, value in container.environment.items():
        monkeypatch.setenv(key, str(folder) if value == "/run/secrets" else value)


def test_secrets_are_known_for_what_they_are() -> None:
    assert {"database_url", "owner_database_url", "cursor_secret", "personal_keys", "signing_keys"} == SECRET


@pytest.mark.parametrize("name", sorted(set(of_kyodo()) - {"databases"}))
def test_each_variable_is_a_setting_and_none_is_a_secret(name: str) -> None:
    container = parsed()[name]
    assert container.environment.keys() <= KNOWN
    assert container.secrets.keys() <= KNOWN | OF_COMMANDS
    assert container.environment.keys().isdisjoint({variable(field) for field in SECRET})
    assert container.environment["KYODO_SECRETS_DIR"] == "/run/secrets"


@pytest.mark.parametrize("service", NAMES)
def test_each_service_has_what_it_needs_and_no_more(
    service: str, secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(service, secrets, tmp_path, monkeypatch)
    settings = Settings.for_service(service)
    role = f"kyodo_{service.replace('-', '_')}"
    assert re.fullmatch(rf"postgresql://{role}:\w{{64}}@postgres:5432/{role}", settings.database_url)
    assert settings.owner_database_url == settings.database_url, "what serves never has the owner's rights"
    assert settings.public_url.endswith(f"/{service}")
    assert (settings.personal_keys is not None) == service_named(service).personal_data
    assert (settings.signing_keys is not None) == (service == "academy")
    assert not settings.exercise
    assert services()[service]["command"][:2] == ["serve", service]


@pytest.mark.parametrize("service", NAMES)
def test_each_migration_is_its_owners(
    service: str, secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(f"migrate-{service}", secrets, tmp_path, monkeypatch)
    assert f"kyodo_{service.replace('-', '_')}_owner:" in Settings.for_service(service).owner_database_url
    assert services()[f"migrate-{service}"]["command"] == ["migrate", service]


def test_the_topics_are_made_for_all_services(secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given("topics", secrets, tmp_path, monkeypatch)
    assert {Settings.for_service(service).kafka_bootstrap for service in NAMES} == {"kafka:9092"}
    assert services()["topics"]["command"] == ["topics", "apply"]


@pytest.mark.parametrize("service", NAMES)
def test_operators_have_all_that_their_commands_need(
    service: str, secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given("operations", secrets, tmp_path, monkeypatch)
    settings = Settings.for_service(service)
    assert settings.kafka_bootstrap == "kafka:9092"
    assert "_owner:" in settings.owner_database_url, "what verifies looks past row-level security"
    assert "_owner:" not in settings.database_url
    own = (secrets / f"{service.replace('-', '_')}_cursor_secret").read_text()
    assert settings.cursor_secret.get_secret_value() == own
    assert (settings.personal_keys is not None) == service_named(service).personal_data, "for `kyodo rewrap`"
    assert "KYODO_DRILL_SERVER_URL" in parsed()["operations"].secrets


def test_the_databases_are_made_for_all(secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given("databases", secrets, tmp_path, monkeypatch)
    wanted = {ADMIN_URL, KEYCLOAK_PASSWORD, *(variable(url, service) for service in NAMES for url in URLS)}
    assert parsed()["databases"].secrets.keys() == wanted
    assert wanted <= surroundings().keys()


def test_what_services_are_sent_to_is_where_keycloak_issues() -> None:
    keycloak = services()["keycloak"]["environment"]
    for name in NAMES:
        assert services()[name]["environment"]["KYODO_OIDC_ISSUER"] == f"{keycloak['KC_HOSTNAME']}/realms/kyodo"


def test_the_edge_leads_to_every_service_and_hides_the_figures() -> None:
    text = (ROOT / "deploy/edge/nginx.conf").read_text(encoding="utf-8")
    routes = dict(re.findall(r"location /(\S+)/ \{\s*proxy_pass http://(\S+)/;", text))
    assert routes == {service: f"{service}:8080" for service in NAMES}
    assert re.search(r"location ~ \^/\[\^/\]\+/metrics\$ \{\s*return 404;", text)
    assert re.search(r"location ~ \^/identity/\(realms\|resources\)/", text), "and nothing of the administration"


def test_prometheus_asks_every_service() -> None:
    said = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    targets = {
        target: group.get("labels", {}).get("service")
        for job in said["scrape_configs"]
        for group in job["static_configs"]
        for target in group["targets"]
    }
    assert {target: service for target, service in targets.items() if service} == {f"{n}:8080": n for n in NAMES}


def test_grafana_finds_its_source_and_dashboards() -> None:
    folder = ROOT / "deploy/grafana/provisioning"
    (source,) = yaml.safe_load((folder / "datasources/prometheus.yaml").read_text(encoding="utf-8"))["datasources"]
    assert (source["uid"], source["url"]) == ("prometheus", "http://prometheus:9090")
    (provider,) = yaml.safe_load((folder / "dashboards/kyodo.yaml").read_text(encoding="utf-8"))["providers"]
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in services()["grafana"]["volumes"]
