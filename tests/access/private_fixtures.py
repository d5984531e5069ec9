"""Private objects of a realm's user: drafts, sessions, second factors, bulk changes, reminders and views."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts.drafts.models import DraftContent, FormDraft
from history.authorship import authored
from tests.access.sentinel_values import NEVER_SHOWN, OWN_DATA
from work.models import BulkChange, Reminder, SavedView

TEST_DEVICE_KEY = b"localhost".ljust(32)


def add_private_objects(builder) -> None:
    with authored("test"):
        for add in (_draft, _session, _factors, _bulk, _reminder, _saved_view):
            add(builder, builder.realm.user)


def _draft(builder, user) -> None:
    content = DraftContent("/", "/", {"name": [builder.canary("draft", NEVER_SHOWN, "fields")]}, [])
    builder.realm.rows["draft"] = FormDraft.objects.create(
        pk=builder.pk(), user=user, browser="elsewhere", page="/work/", encrypted_content=content.encrypt()
    )


def _session(builder, user) -> None:
    session = SessionStore()
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    builder.realm.rows["session"] = UserSession.objects.create(
        pk=builder.pk(), user=user, session_key=session.session_key, user_agent="",
        ip=builder.canary("session", OWN_DATA, "ip", f"198.51.100.{builder.realm.first_pk % 97}"),
    )  # fmt: skip


def _factors(builder, user) -> None:
    secret = get_adapter().encrypt(builder.canary("factor", NEVER_SHOWN, "secret"))
    create = Authenticator.objects.create
    create(pk=builder.pk(), user=user, type=Authenticator.Type.TOTP, data={"secret": secret})
    passkey = {"name": builder.canary("passkey", OWN_DATA, "name"), "credential": a_credential(builder.realm.name)}
    builder.realm.rows["passkey"] = create(pk=builder.pk(), user=user, type=Authenticator.Type.WEBAUTHN, data=passkey)


def a_credential(name: str) -> dict:
    """A credential as a browser sends it when a passkey is created."""
    key = ES256({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)})
    credential = AttestedCredentialData.create(bytes(16), name.encode().ljust(16), key)
    data = AuthenticatorData.create(
        TEST_DEVICE_KEY, AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP, 1, credential
    )
    response = {"clientDataJSON": websafe_encode(b'{"type":"webauthn.create","challenge":"","origin":""}')}
    response["attestationObject"] = websafe_encode(AttestationObject.create("none", data, {}))
    number = websafe_encode(credential.credential_id)
    return {"id": number, "rawId": number, "type": "public-key", "response": response}


def _bulk(builder, user) -> None:
    cells = {"Facility": builder.canary("bulk", OWN_DATA, "entries")}
    builder.realm.rows["bulk"] = BulkChange.objects.create(
        pk=builder.pk(), author=user.actor, input_method="UPLOADED", name=builder.canary("bulk", OWN_DATA, "name"),
        entries=[[1, cells, None, None, "No site of yours is meant by this row."]],
    )  # fmt: skip


def _reminder(builder, user) -> None:
    values = {name: builder.canary("reminder", OWN_DATA, name) for name in ("subject", "refusal")}
    Reminder.objects.create(pk=builder.pk(), user=user, for_day="2026-05-04", state="REFUSED", **values)


def _saved_view(builder, user) -> None:
    values = {name: builder.canary("saved_view", OWN_DATA, name) for name in ("name", "query")}
    builder.realm.rows["saved_view"] = SavedView.objects.create(
        pk=builder.pk(), owner=user, viewed_page="overview", **values
    )
