"""A session that Telethon made by signing in works in tgcall without a login, and one of tgcall's in Telethon."""
import asyncio
import os

from telethon import TelegramClient, errors
from telethon.crypto import rsa
from telethon.sessions import SQLiteSession, StringSession

from tool import give, login, new_name, show, take, who_am_i

HOST, PORT = os.environ["TGDC_ADDRESS"].rsplit(":", 1)
PHONE, CODE, PASSWORD = (os.environ["TGDC_" + name] for name in ("PHONE", "CODE", "PASSWORD"))


def client(session):
    return TelegramClient(session, 1, "0123456789abcdef0123456789abcdef", connection_retries=2, request_retries=1,
                          timeout=10, receive_updates=False)


async def sign_in(session):
    session.set_dc(int(os.environ["TGDC_DC"]), HOST, int(PORT))
    c = client(session)
    await c.connect()
    try:
        sent = await c.send_code_request(PHONE)
        await c.sign_in(PHONE, CODE, phone_code_hash=sent.phone_code_hash)
    except errors.SessionPasswordNeededError:
        await c.sign_in(password=PASSWORD)
    await c.disconnect()


async def check(session):
    c = client(session)
    await c.connect()
    assert await c.is_user_authorized()
    assert (await c.get_me()).phone == PHONE.lstrip("+")
    await c.disconnect()


async def main():
    with open(os.environ["TGDC_KEY"], encoding="ascii") as file:
        rsa.add_key(file.read(), old=False)
    theirs = StringSession()
    await sign_in(theirs)
    assert who_am_i(take(theirs.save())) == PHONE.lstrip("+")
    database = SQLiteSession(new_name())
    await sign_in(database)
    assert who_am_i(take(database.filename)) == PHONE.lstrip("+")
    ours = login()
    assert show(ours)["signed_in"]
    await check(StringSession(give(ours, "telethon")))
    path = new_name() + ".session"
    give(ours, "telethon-sqlite", path)
    await check(SQLiteSession(path))
    assert who_am_i(take(path)) == PHONE.lstrip("+")  # and back, after Telethon used it
    print("telethon login ok")


asyncio.run(asyncio.wait_for(main(), 90))
