"""Where the client may speak to, and what its settings never show."""

import pytest

from kith.core.instagram import InstagramConfig


def config(**changes: object) -> InstagramConfig:
    return InstagramConfig(**({"app_id": "1", "app_secret": "hidden-secret"} | changes))


@pytest.mark.parametrize("name", ["authorize_url", "token_url", "graph_url"])
@pytest.mark.parametrize(
    "address", ["http://graph.example", "ftp://graph.example", "graph.example", ""]
)
def test_an_address_that_is_not_encrypted_is_refused_by_name(name: str, address: str) -> None:
    with pytest.raises(ValueError, match=name):
        config(**{name: address})


@pytest.mark.parametrize("host", ["localhost:8801", "127.0.0.1:8801", "127.9.9.9", "[::1]:8801"])
def test_plain_http_is_allowed_on_this_machine(host: str) -> None:
    assert config(graph_url=f"http://{host}").is_on_this_machine


@pytest.mark.parametrize("host", ["localhost.example", "127.0.0.1.example", "10.0.0.1", "0.0.0.0"])
def test_a_host_that_only_looks_like_this_machine_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="https"):
        config(graph_url=f"http://{host}")


def test_a_password_in_an_address_is_refused_without_being_repeated() -> None:
    with pytest.raises(ValueError, match="token_url") as refusal:
        config(token_url="https://user:sesame@api.example/token")
    assert "sesame" not in str(refusal.value)


@pytest.mark.parametrize("version", ["", "25", "latest", "v25", "v25.0/../x"])
def test_a_version_that_is_none_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match=r"v25\.0"):
        config(graph_version=version)


@pytest.mark.parametrize("change", [{"scopes": ()}, {"read_timeout": 0}, {"redirect_uri": "/back"}])
def test_other_settings_that_cannot_work_are_refused_with_a_sentence(
    change: dict[str, object],
) -> None:
    with pytest.raises(ValueError, match=r"must .+\.$"):
        config(**change)


def test_the_secret_is_not_shown() -> None:
    assert "hidden-secret" not in repr(config())


def test_the_token_endpoints_carry_no_version() -> None:
    assert (
        config(graph_url="https://g.example/").unversioned("access_token")
        == "https://g.example/access_token"
    )
    assert config().versioned("me") == "https://graph.instagram.com/v25.0/me"
