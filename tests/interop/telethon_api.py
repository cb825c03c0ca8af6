"""What people do with Telethon once they are signed in, and the rest of its ways to sign in, against three local data centres:
messages to oneself, updates, files, QR codes, two-step verification, signing up, migration."""
import asyncio
import io
import json
import os
import sys
import traceback

from telethon import TelegramClient, errors, events, functions, types
from telethon.crypto import rsa
from telethon.sessions import StringSession

HOST, PORT = os.environ["TGDC_ADDRESS"].rsplit(":", 1)
DC = int(os.environ["TGDC_DC"])
PHONE, CODE, PASSWORD = (os.environ["TGDC_" + k] for k in ("PHONE", "CODE", "PASSWORD"))
SECOND, SECOND_CODE = "+15550002222", "22222"  # accounts.json
OUTBOX = os.path.join(os.path.dirname(os.environ["TGDC_KEY"]), "outbox")


def client():
    session = StringSession()
    session.set_dc(DC, HOST, int(PORT))
    return TelegramClient(session, 1, "0123456789abcdef0123456789abcdef", connection_retries=2, request_retries=1, timeout=10)


def last_code(to):
    """What was last sent to that number or address."""
    with open(OUTBOX, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    return [line["code"] for line in lines if line["to"] == to][-1]


async def sign_in(phone=PHONE, code=CODE, password=PASSWORD):
    c = client()
    await c.connect()
    sent = await c.send_code_request(phone)
    try:
        await c.sign_in(phone, code, phone_code_hash=sent.phone_code_hash)
    except errors.SessionPasswordNeededError:
        await c.sign_in(password=password)
    return c


async def expect(error, call):
    try:
        await call
    except error:
        return
    raise AssertionError("no " + error.__name__)


async def messages():
    c = await sign_in()
    sent = await c.send_message("me", "Hello, myself!")
    assert any(m.message == "Hello, myself!" for m in await c.get_messages("me", limit=10))
    assert (await c.get_messages("me", ids=sent.id)).message == "Hello, myself!"
    assert [d async for d in c.iter_dialogs()]
    await c.delete_messages("me", [sent.id])
    assert await c.get_messages("me", ids=sent.id) is None
    await c.log_out()


async def updates():
    a, b = await sign_in(), await sign_in()
    got = asyncio.Queue()
    b.add_event_handler(got.put, events.NewMessage)
    await a.send_message("me", "to the other session")
    event = await asyncio.wait_for(got.get(), 10)
    assert event.message.message == "to the other session"
    state = await b(functions.updates.GetStateRequest())
    missed = await b(functions.updates.GetDifferenceRequest(pts=state.pts - 1, date=state.date, qts=state.qts))
    assert len(missed.new_messages) == 1, missed
    await a.log_out()
    await b.log_out()


async def files():
    c = await sign_in()
    for size in 100, 300000, 11 * 1024 * 1024:  # the last one is big: upload.saveBigFilePart
        data = os.urandom(size)
        file = io.BytesIO(data)
        file.name = "x.bin"
        sent = await c.send_file("me", file)
        assert await c.download_media(sent, bytes) == data, size
    await c.log_out()


async def qr():
    a, b = await sign_in(), client()
    await b.connect()
    login = await b.qr_login()
    accepted = asyncio.ensure_future(a(functions.auth.AcceptLoginTokenRequest(login.token)))
    await expect(errors.SessionPasswordNeededError, login.wait(10))
    await accepted
    await b.sign_in(password=PASSWORD)
    rows = (await a(functions.account.GetAuthorizationsRequest())).authorizations
    assert len(rows) == 2, rows
    await a(functions.account.ResetAuthorizationRequest([row.hash for row in rows if not row.current][0]))
    await expect(errors.AuthKeyUnregisteredError, b(functions.updates.GetStateRequest()))
    await b.disconnect()
    await a.log_out()


async def two_step():
    c = await sign_in(SECOND, SECOND_CODE)
    await c.edit_2fa(new_password="first", hint="h")
    await c.edit_2fa(current_password="first", new_password="second")
    await expect(errors.PasswordHashInvalidError, c.edit_2fa(current_password="first", new_password="third"))
    await c.edit_2fa(current_password="second", new_password="third", email="me@example.org",
                     email_code_callback=lambda length: last_code("me@example.org"))
    assert (await c(functions.account.GetPasswordRequest())).has_recovery
    other = client()
    await other.connect()
    sent = await other.send_code_request(SECOND)
    await expect(errors.SessionPasswordNeededError, other.sign_in(SECOND, SECOND_CODE, phone_code_hash=sent.phone_code_hash))
    await other(functions.auth.RequestPasswordRecoveryRequest())
    await expect(errors.CodeInvalidError, other(functions.auth.RecoverPasswordRequest("nothing")))
    await other(functions.auth.RecoverPasswordRequest(last_code("me@example.org")))
    assert not (await c(functions.account.GetPasswordRequest())).has_password
    await other.log_out()
    await c.log_out()


async def sign_up():
    c, phone = client(), "+15550009999"
    await c.connect()
    sent = await c.send_code_request(phone)
    code = last_code(phone.lstrip("+"))
    await expect(errors.PhoneNumberUnoccupiedError, c.sign_in(phone, code, phone_code_hash=sent.phone_code_hash))
    me = await c.sign_up(code, "New", "User", phone=phone, phone_code_hash=sent.phone_code_hash)
    assert me.first_name == "New", me
    await c.log_out()


async def profile():
    c = await sign_in()
    await c(functions.account.UpdateProfileRequest(first_name="Changed", about="hi"))
    await c(functions.account.UpdateUsernameRequest("somebody_1"))
    assert (await c(functions.users.GetFullUserRequest("me"))).full_user.about == "hi"
    assert (await c.get_entity("somebody_1")).id == (await c.get_me()).id
    found = await c(functions.contacts.ImportContactsRequest([types.InputPhoneContact(0, SECOND, "a", "b")]))
    assert found.users[0].first_name == "Second", found
    await c.log_out()


async def migration():
    """A test number and a bot that live elsewhere, and a file's data centre reached with an exported authorization."""
    c, phone = client(), "+9996621234"
    await c.connect()
    sent = await c.send_code_request(phone)
    assert c.session.dc_id == 2, c.session.dc_id
    await expect(errors.PhoneNumberUnoccupiedError, c.sign_in(phone, "22222", phone_code_hash=sent.phone_code_hash))
    await c.sign_up("22222", "Test", phone=phone, phone_code_hash=sent.phone_code_hash)
    sender = await c._borrow_exported_sender(3)
    assert (await sender.send(functions.help.GetNearestDcRequest())).this_dc == 3
    await c._return_exported_sender(sender)
    bot = client()
    await bot.connect()
    await bot.sign_in(bot_token="777:" + "b" * 35)
    assert bot.session.dc_id == 3, bot.session.dc_id
    await bot.disconnect()
    await c.log_out()


async def main():
    with open(os.environ["TGDC_KEY"], encoding="ascii") as file:
        rsa.add_key(file.read(), old=False)
    failed = 0
    for name in sys.argv[1:] or ["messages", "updates", "files", "qr", "two_step", "sign_up", "profile", "migration"]:
        try:
            await asyncio.wait_for(globals()[name](), 60)
            print("telethon", name, "ok", flush=True)
        except Exception:  # the others are to run as well
            failed = 1
            print("telethon", name, "FAILED", flush=True)
            traceback.print_exc()
    sys.exit(failed)


asyncio.run(main())
