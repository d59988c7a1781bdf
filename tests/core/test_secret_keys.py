"""Secret keys: names that say that their value is a secret, and names that only look alike."""

from __future__ import annotations

import pytest

from monitor.core.secret_keys import looks_secret


@pytest.mark.parametrize(
    "key",
    [
        "token",
        "auth.token",
        "accessToken",
        "ACCESS_TOKEN",
        "refresh-token-2",
        "@app/authtoken",
        "JWTToken",
        "id_token",
        "jwt",
        "auth",
        "oauth2",
        "auth0.client",
        "firebase:authUser",
        "password",
        "userPassword",
        "userpassword",
        "pwd",
        "client_secret",
        "clientSecret",
        "secrets",
        "session",
        "sessionId",
        "session_key",
        "PHPSESSIONID session",
        "api-key",
        "apiKey",
        "APIKey",
        "x-apikey",
        "private_key",
        "aws.credentials",
        "Credential",
        "csrf",
        "xsrf-token",
        "passwörter.password",
        f"{'k' * 10_000}.token",
        f"token.{'k' * 10_000}",
    ],
)
def test_a_secret(key: str) -> None:
    assert looks_secret(key)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "author",
        "authors.list",
        "authority",
        "tokenizer_theme",
        "tokenize",
        "theme",
        "cart",
        "keyboard",
        "key",
        "monkey",
        "api",
        "api.version",
        "primaryKey",
        "secretary",
        "passwordless",
        "compass",
        "obsession",
        "possession",
        "sidebar",
        "side",
        "cookieless",
        "日本語",
        "\ud800",
        "k" * 10_000,
    ],
)
def test_no_secret(key: str) -> None:
    assert not looks_secret(key)
