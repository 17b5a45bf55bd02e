"""What is sealed opens with its own key, in its own place, and not otherwise."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.vault import Key, Vault, VaultError
from engine.service import database
from tests.conftest import NOON, Cluster, Prepared

PLACE = "child.sealed"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def vault(folder: Path) -> Vault:
    return Vault.create(folder)


def test_what_was_sealed_opens(vault: Vault) -> None:
    record = {"child_name": "小禾", "siblings": 2, "hukou_area": None}

    sealed, key_id = vault.seal(record, context=PLACE)

    assert vault.open_record(sealed, key_id, context=PLACE) == record
    assert "小禾".encode() not in sealed


def test_equal_values_are_sealed_differently(vault: Vault) -> None:
    assert vault.seal(b"x", context=PLACE) != vault.seal(b"x", context=PLACE)


def test_a_value_copied_to_another_column_does_not_open(vault: Vault) -> None:
    sealed, key_id = vault.seal(b"x", context=PLACE)

    with pytest.raises(VaultError, match="不符"):
        vault.open(sealed, key_id, context="submission.sealed")


def test_any_bit_that_was_changed_is_noticed(vault: Vault) -> None:
    sealed, key_id = vault.seal(b"secret", context=PLACE)

    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(VaultError):
            vault.open(bytes(changed), key_id, context=PLACE)


def test_without_its_key_a_value_stays_shut_and_says_which_is_missing(vault: Vault, tmp_path: Path) -> None:
    sealed, key_id = vault.seal(b"x", context=PLACE)

    with pytest.raises(VaultError, match=key_id):
        Vault.create(tmp_path / "others").open(sealed, key_id, context=PLACE)


def test_keys_are_readable_by_their_owner_alone(vault: Vault, folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600, 0o600]


def test_a_key_that_others_can_read_is_refused(vault: Vault, folder: Path) -> None:
    next(folder.iterdir()).chmod(0o644)

    with pytest.raises(VaultError, match="chmod 600"):
        Vault.load(folder)


def test_keys_once_made_are_kept(vault: Vault, folder: Path) -> None:
    sealed, key_id = vault.seal(b"x", context=PLACE)

    assert Vault.create(folder).open(sealed, key_id, context=PLACE) == b"x"


def test_a_missing_folder_a_missing_key_and_a_broken_key_are_sentences(vault: Vault, folder: Path) -> None:
    with pytest.raises(VaultError, match="找不到密钥目录"):
        Vault.load(folder / "nowhere")

    for path in folder.glob("data-*"):
        path.write_text("{")
        with pytest.raises(VaultError, match="已损坏"):
            Vault.load(folder)
        path.unlink()
    with pytest.raises(VaultError, match="密钥缺失"):
        Vault.load(folder)


def test_no_key_appears_in_what_is_shown_of_a_vault(vault: Vault) -> None:
    for key in vault.keys:
        assert key.secret.hex() not in repr(key)
        assert str(key.secret) not in repr(key)


@pytest.mark.parametrize(
    "typed", ["33028320060901123x", " 33028320060901123X ", "33028320060901123Ｘ", "330283 20060901 123X"]
)
def test_an_identity_number_is_found_however_it_is_typed(typed: str, vault: Vault) -> None:
    assert vault.blind_index(typed) == vault.blind_index("33028320060901123X")


def test_the_index_depends_on_its_own_key_and_on_the_number(vault: Vault, tmp_path: Path) -> None:
    other = Vault.create(tmp_path / "others")

    assert vault.blind_index("33028320060901123X") != vault.blind_index("330283200609011231")
    assert vault.blind_index("33028320060901123X") != other.blind_index("33028320060901123X")


_DATA = Key("data-1", "data", os.urandom(32))
_MADE_UP = Vault({_DATA.id: _DATA}, Key("index-1", "index", os.urandom(32)), current=_DATA.id)


@given(st.binary(max_size=200))
def test_whatever_was_sealed_comes_back(content: bytes) -> None:
    sealed, key_id = _MADE_UP.seal(content, context=PLACE)

    assert _MADE_UP.open(sealed, key_id, context=PLACE) == content


def test_a_database_starts_with_its_own_keys_only(cluster: Cluster, prepared: Prepared, tmp_path: Path) -> None:
    with database.owner_connection(prepared.owner_url) as connection:
        database.check_keys(connection, cluster.vault)
        with pytest.raises(VaultError, match="请放回密钥"):
            database.check_keys(connection, Vault.create(tmp_path / "others"))


def test_a_key_of_the_same_name_is_not_the_same_key(cluster: Cluster, prepared: Prepared) -> None:
    with psycopg.connect(prepared.admin_url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("UPDATE vault_key SET \"check\" = '\\x00'")

    with database.owner_connection(prepared.owner_url) as connection, pytest.raises(VaultError, match="不是同一把"):
        database.check_keys(connection, cluster.vault)


def test_preparing_twice_changes_nothing(cluster: Cluster) -> None:
    again = database.prepare(
        cluster.admin_url,
        owner_password=cluster.owner_password,
        app_password=cluster.app_password,
        vault=cluster.vault,
        now=NOON,
        database="prepared_twice",
    )
    database.prepare(
        cluster.admin_url,
        owner_password=cluster.owner_password,
        app_password=cluster.app_password,
        vault=cluster.vault,
        now=NOON,
        database="prepared_twice",
    )

    with database.owner_connection(again.owner_url) as connection:
        database.require_current(connection)
    database.drop_database(cluster.admin_url, "prepared_twice")
