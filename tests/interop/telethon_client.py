"""Telethon (Debian's python3-telethon) signs in to a local data centre, on every transport that it has; or with TGDC_PROXY_URL through
that proxy: socks5://, socks4://, http:// (with Debian's python3-socks), or tg://proxy with a plain secret."""
import asyncio
import os
import sys
from urllib.parse import parse_qs, urlsplit

from telethon import TelegramClient, errors, functions
from telethon.crypto import rsa
from telethon.network import connection
from telethon.sessions import StringSession

HOST, PORT = os.environ["TGDC_ADDRESS"].rsplit(":", 1)
DC = int(os.environ["TGDC_DC"])
PHONE, CODE, PASSWORD = (os.environ["TGDC_" + k] for k in ("PHONE", "CODE", "PASSWORD"))
TRANSPORTS = {
    "abridged": connection.ConnectionTcpAbridged,
    "intermediate": connection.ConnectionTcpIntermediate,
    "full": connection.ConnectionTcpFull,
    "obfuscated": connection.ConnectionTcpObfuscated,
}


def proxy_options():
    """What TelegramClient has to be told of the proxy."""
    url = urlsplit(os.environ.get("TGDC_PROXY_URL", ""))
    if url.scheme == "tg":
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        return {"connection": connection.ConnectionTcpMTProxyIntermediate,
                "proxy": (query["server"], int(query["port"]), query["secret"])}
    if url.scheme:
        return {"proxy": (url.scheme, url.hostname, url.port, True, url.username, url.password)}
    return {}


def client(transport):
    session = StringSession()
    session.set_dc(DC, HOST, int(PORT))
    return TelegramClient(session, 1, "0123456789abcdef0123456789abcdef", connection_retries=2, request_retries=1, timeout=10,
                          receive_updates=False, **{"connection": transport, **proxy_options()})


async def expect(error, call):
    try:
        await call
    except error:
        return
    raise AssertionError("no " + error.__name__)


async def user(transport):
    c = client(transport)
    await c.connect()
    config = await c(functions.help.GetConfigRequest())
    assert config.this_dc == DC, config.this_dc
    sent = await c.send_code_request(PHONE)
    wrong = "99999" if CODE != "99999" else "88888"
    await expect(errors.PhoneCodeInvalidError, c.sign_in(PHONE, wrong, phone_code_hash=sent.phone_code_hash))
    await expect(errors.SessionPasswordNeededError, c.sign_in(PHONE, CODE, phone_code_hash=sent.phone_code_hash))
    await expect(errors.PasswordHashInvalidError, c.sign_in(password="not " + PASSWORD))
    me = await c.sign_in(password=PASSWORD)
    assert me.phone == PHONE.lstrip("+"), me.phone
    assert (await c.get_me()).id == me.id
    assert await c.is_user_authorized()
    await c.log_out()


async def bot(transport):
    c = client(transport)
    await c.connect()
    await expect(errors.AccessTokenInvalidError, c.sign_in(bot_token="1:" + "x" * 35))
    me = await c.sign_in(bot_token=os.environ["TGDC_BOT"])
    assert me.bot
    await c.disconnect()


async def main():
    with open(os.environ["TGDC_KEY"], encoding="ascii") as file:
        rsa.add_key(file.read(), old=False)
    for name in sys.argv[1:] or TRANSPORTS:
        await user(TRANSPORTS[name])
        await bot(TRANSPORTS[name])
        print("telethon", name, "ok", flush=True)


asyncio.run(asyncio.wait_for(main(), 90))
