"""An MTProxy of its own: written from the public description of the protocol and from what Telegram's own proxy is known to check, and
sharing no code with the client or with the proxy in tests/proxy, so that a mistake in one does not hide in the other.

  walls_independent_mtproxy.py --secret HEX --to [DC=]HOST:PORT... [--record BYTES] [--forge] [--silent] [--skew S] [--old]

--secret     16 bytes: plain; dd + 16: padded; ee + 16 + domain: fake TLS
--to         where a data centre is; without a number, all that are not named otherwise (negative: media)
--record     the most bytes of a TLS record that it sends (16384); 0: another number for each record
--forge      fake TLS: answers with a HMAC of another secret
--silent     a client that is refused is read from and not answered, instead of being closed
--skew       what its clock is off, in seconds
--old        fake TLS: hellos of 517 bytes only, as they were before post-quantum key shares

Prints {"address": "127.0.0.1:PORT"} and then, on stderr, a line for each client: accepted or refused, and why.
"""
import argparse
import asyncio
import hashlib
import hmac
import json
import os
import random
import sys
import time

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from walls_independent_hello import Bad, Hello, grease

TAGS = {b"\xef" * 4: "abridged", b"\xee" * 4: "intermediate", b"\xdd" * 4: "padded"}
FORBIDDEN = (b"HEAD", b"POST", b"GET ", b"OPTI", b"\x16\x03\x01\x02", b"\xdd" * 4, b"\xee" * 4)
CHANGE_CIPHER = b"\x14\x03\x03\x00\x01\x01"
RECORD_MAX = 16384
HELLO_MAX = 4096  # what Telegram's proxy looks at
PAST, FUTURE = 600, 3  # seconds that a client's clock may be behind and ahead: the same


class Refused(Exception):
    """Why a client is not let through."""


def ctr(key, iv):
    return Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor()


def log(*words):
    print(*words, file=sys.stderr, flush=True)


class Secret:
    def __init__(self, text):
        data = bytes.fromhex(text)
        if len(data) == 16:
            self.mode, self.key, self.domain = "plain", data, None
        elif len(data) == 17 and data[0] == 0xDD:
            self.mode, self.key, self.domain = "dd", data[1:], None
        elif len(data) > 17 and data[0] == 0xEE:
            self.mode, self.key, self.domain = "ee", data[1:17], data[17:].decode("ascii")
        else:
            raise ValueError("no such secret")


# ---- fake TLS: the two hellos ----

class Doorkeeper:
    """Judges hellos, and remembers those that it has seen."""

    def __init__(self, secret, skew):
        self.secret, self.skew, self.seen = secret, skew, set()

    def judge(self, data):
        """Returns the client's random, its session id and the cipher to answer with."""
        hello = Hello(data)
        if hello.domain != self.secret.domain:
            raise Refused("domain " + hello.domain)
        if hello.random in self.seen:
            raise Refused("a hello for the second time")
        digest = hmac.new(self.secret.key, data[:11] + bytes(32) + data[43:], hashlib.sha256).digest()
        mixed = bytes(a ^ b for a, b in zip(digest, hello.random))
        if any(mixed[:28]):
            raise Refused("HMAC of the hello")
        behind = time.time() + self.skew - int.from_bytes(mixed[28:], "little")
        if not -FUTURE <= behind <= PAST:
            raise Refused("clock off by %d s" % -behind)
        self.seen.add(hello.random)
        hello.strict()
        cipher = next(number for number in hello.ciphers if not grease(number))
        if cipher not in (0x1301, 0x1302, 0x1303):
            raise Refused("cipher %04x" % cipher)
        return hello, cipher


def server_hello(key, hello, cipher):
    share = X25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    extensions = [b"\x00\x33\x00\x24\x00\x1d\x00\x20" + share, b"\x00\x2b\x00\x02\x03\x04"]
    random.shuffle(extensions)
    body = b"\x03\x03" + bytes(32) + b"\x20" + hello.session_id + cipher.to_bytes(2, "big") + b"\x00\x00\x2e" + b"".join(extensions)
    message = b"\x02" + len(body).to_bytes(3, "big") + body
    certificate = os.urandom(random.randrange(1600, 4600))  # as if it were encrypted
    answer = b"\x16\x03\x03" + len(message).to_bytes(2, "big") + message + CHANGE_CIPHER \
        + b"\x17\x03\x03" + len(certificate).to_bytes(2, "big") + certificate
    digest = hmac.new(key, hello.random + answer, hashlib.sha256).digest()
    return answer[:11] + digest + answer[43:]


class Records:
    """The stream inside TLS records; read(n) as that of an asyncio.StreamReader."""

    def __init__(self, reader, writer, most):
        self.reader, self.writer, self.most, self.rest, self.first = reader, writer, most, b"", True

    async def more(self):
        if self.first and await self.reader.readexactly(6) != CHANGE_CIPHER:
            raise Refused("no ChangeCipherSpec before the data")
        head = await self.reader.readexactly(5)
        size = int.from_bytes(head[3:], "big")
        if head[:3] != b"\x17\x03\x03":
            raise Refused("record " + head.hex())
        if not 0 < size <= RECORD_MAX:
            raise Refused("a record of %d bytes" % size)
        if self.first and size < 64:
            raise Refused("the first record has %d bytes" % size)
        self.first = False
        self.rest += await self.reader.readexactly(size)

    async def readexactly(self, size):
        while len(self.rest) < size:
            await self.more()
        data, self.rest = self.rest[:size], self.rest[size:]
        return data

    async def read(self, _):
        if not self.rest:
            try:
                await self.more()
            except asyncio.IncompleteReadError as error:
                if error.partial:
                    raise
                return b""
        data, self.rest = self.rest, b""
        return data

    def write(self, data):
        while data:
            size = min(self.most or random.randrange(1, 300), len(data))
            self.writer.write(b"\x17\x03\x03" + size.to_bytes(2, "big") + data[:size])
            data = data[size:]

    async def drain(self):
        await self.writer.drain()


# ---- the obfuscated stream ----

class Client:
    """One client: what is read is what it means, what is written it can read."""

    def __init__(self, stream, init, key):
        reverse = init[8:56][::-1]
        self.stream = stream
        self.incoming = ctr(hashlib.sha256(init[8:40] + key).digest(), init[40:56])
        self.outgoing = ctr(hashlib.sha256(reverse[:32] + key).digest(), reverse[32:])
        plain = self.incoming.update(init)
        self.tag, self.dc = plain[56:60], int.from_bytes(plain[60:62], "little", signed=True)
        self.pending = b""

    async def exactly(self, size):
        return self.incoming.update(await self.stream.readexactly(size))

    async def some(self):
        if self.pending:
            data, self.pending = self.pending, b""
            return data
        return self.incoming.update(await self.stream.read(65536))

    async def send(self, data):
        self.stream.write(self.outgoing.update(data))
        await self.stream.drain()


async def first_packet(client):
    """Its size, looked at and put back: what is no packet of a handshake or of a message is refused."""
    if client.tag == b"\xef" * 4:
        head = await client.exactly(1)
        if head[0] & 0x7F == 0x7F:
            head += await client.exactly(3)
        size = 4 * (int.from_bytes(head[1:], "little") if len(head) > 1 else head[0] & 0x7F)
    else:
        head = await client.exactly(4)
        size = int.from_bytes(head, "little") & 0x7FFFFFFF
    if not 24 <= size < 1 << 20 or (client.tag != b"\xdd" * 4 and size % 4):
        raise Refused("the first packet has %d bytes" % size)
    client.pending = head


class DataCentre:
    """Behind the proxy: obfuscated anew, in the same framing."""

    async def open(self, address, tag, dc):
        host, port = address.rsplit(":", 1)
        self.reader, self.writer = await asyncio.open_connection(host, int(port))
        init = bytes(4)
        while init[:1] == b"\xef" or init[:4] in FORBIDDEN or not any(init[4:8]):
            init = os.urandom(56) + tag + dc.to_bytes(2, "little", signed=True) + os.urandom(2)
        self.outgoing, self.incoming = ctr(init[8:40], init[40:56]), ctr(init[8:56][::-1][:32], init[8:56][::-1][32:])
        self.writer.write(init[:56] + self.outgoing.update(init)[56:])

    async def send(self, data):
        self.writer.write(self.outgoing.update(data))
        await self.writer.drain()

    async def some(self):
        return self.incoming.update(await self.reader.read(65536))


# ---- the proxy ----

class Proxy:
    def __init__(self, options):
        self.options, self.secret = options, Secret(options.secret)
        self.door = Doorkeeper(self.secret, options.skew)
        self.tasks = set()  # asyncio itself keeps none alive
        self.targets = {each.split("=")[0] if "=" in each else "*": each.split("=")[-1] for each in options.to}

    async def handshake(self, reader, writer):
        """Returns the stream of obfuscated bytes."""
        if self.secret.mode != "ee":
            return Plain(reader, writer)
        head = await reader.readexactly(5)
        if head[:3] != b"\x16\x03\x01" or int.from_bytes(head[3:], "big") + 5 > HELLO_MAX:
            raise Refused("no ClientHello: " + head.hex())
        if self.options.old and head[3:] != b"\x02\x00":
            raise Refused("a hello of another size than 517 bytes")
        data = head + await reader.readexactly(int.from_bytes(head[3:], "big"))
        hello, cipher = self.door.judge(data)
        log("hello: %d bytes, extensions %s" % (hello.size, " ".join(map(str, hello.order))))
        writer.write(server_hello(os.urandom(16) if self.options.forge else self.secret.key, hello, cipher))
        await writer.drain()
        return Records(reader, writer, self.options.record)

    async def greet(self, reader, writer):
        stream = await self.handshake(reader, writer)
        init = await stream.readexactly(64)
        if self.secret.mode != "ee" and (init[0] == 0xEF or init[:4] in FORBIDDEN or not any(init[4:8])):
            raise Refused("an opening that looks like another protocol's: " + init[:8].hex())
        client = Client(stream, init, self.secret.key)
        if client.tag not in TAGS:
            raise Refused("secret, or tag " + client.tag.hex())
        if self.secret.mode != "plain" and TAGS[client.tag] != "padded":
            raise Refused(TAGS[client.tag] + " framing, with a secret that asks for padding")
        address = self.targets.get(str(client.dc)) or self.targets.get("*")
        if client.dc == 0 or not address:
            raise Refused("data centre %d" % client.dc)
        await first_packet(client)
        return client, address

    async def serve(self, reader, writer):
        self.tasks.add(asyncio.current_task())
        try:
            client, address = await self.greet(reader, writer)
            log("accepted: %s, %s, data centre %d" % (self.secret.mode, TAGS[client.tag], client.dc))
            there = DataCentre()
            await there.open(address, client.tag, client.dc)
            await relay(client, there, writer)
            there.writer.close()
        except (Refused, Bad) as error:
            log("refused:", error)
            while self.options.silent and await reader.read(65536):
                pass
        except asyncio.IncompleteReadError as error:
            log("refused: gone after %d bytes" % len(error.partial))
        except OSError as error:
            log("ended:", error)
        finally:
            writer.close()
            self.tasks.discard(asyncio.current_task())


class Plain:
    def __init__(self, reader, writer):
        self.readexactly, self.read, self.write, self.drain = reader.readexactly, reader.read, writer.write, writer.drain


async def pump(source, sink):
    while True:
        data = await source.some()
        if not data:
            return
        await sink.send(data)


async def relay(client, there, writer):
    tasks = [asyncio.ensure_future(pump(client, there)), asyncio.ensure_future(pump(there, client))]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    writer.close()
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Refused):
            raise outcome


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--secret", required=True)
    parser.add_argument("--to", action="append", required=True)
    parser.add_argument("--record", type=int, default=RECORD_MAX)
    parser.add_argument("--skew", type=int, default=0)
    parser.add_argument("--forge", action="store_true")
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("--old", action="store_true")
    proxy = Proxy(parser.parse_args())
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, limit=1 << 20)
    print(json.dumps({"address": "127.0.0.1:%d" % server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


asyncio.run(main())
