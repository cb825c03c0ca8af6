"""Telethon's calls against a local data centre: CPU time a call and calls a second, 256 in flight. Run by tests/bench/peers/run."""
import asyncio
import os
import time

from telethon import TelegramClient, functions, types
from telethon.crypto import rsa
from telethon.sessions import StringSession

CALLS, FLYING, ROUNDS = 2000, 256, 3


async def keep_asking(client, left):
    while left:
        left.pop()
        await client(functions.users.GetUsersRequest([types.InputUserSelf()]))


async def main():
    host, port = os.environ["TGDC_ADDRESS"].rsplit(":", 1)
    with open(os.environ["TGDC_KEY"], encoding="ascii") as file:
        rsa.add_key(file.read(), old=False)
    session = StringSession()
    session.set_dc(int(os.environ["TGDC_DC"]), host, int(port))
    client = TelegramClient(session, 1, "0123456789abcdef0123456789abcdef", receive_updates=False)
    await client.connect()
    await client.sign_in(bot_token=os.environ["TGDC_BOT"])
    for name, flying, calls in (("call alone", 1, CALLS // 10), ("call, 256 in flight", FLYING, CALLS)):
        for _ in range(ROUNDS):
            left, cpu, wall = [None] * calls, time.process_time(), time.monotonic()
            await asyncio.gather(*(keep_asking(client, left) for _ in range(flying)))
            print(f"{name}\t{(time.process_time() - cpu) * 1e6 / calls:.2f}\tus")
            print(f"{name}, a second\t{calls / (time.monotonic() - wall):.0f}\tcalls")
    await client.disconnect()


asyncio.run(main())
