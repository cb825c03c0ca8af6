"""The server's side of every transport, of its own: written from the public description, sharing no code with the client or with the
local data centre, and strict about what it gets. It takes packets out, hands them to a data centre in intermediate framing (HTTP: as
requests of its own), and puts the answers in.

  walls_independent_server.py --to HOST:PORT [--piece BYTES]

--piece      at most so many bytes go out at once

Prints {"address": "127.0.0.1:PORT"} and then, on stderr, a line for each client: the transport, or what is wrong.
"""
import argparse
import asyncio
import base64
import hashlib
import json
import os
import random
import sys
import zlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PACKET_MAX = 1 << 24
FORBIDDEN = (b"HEAD", b"POST", b"GET ", b"OPTI", b"\x16\x03\x01\x02", b"\xdd" * 4, b"\xee" * 4)
TAGS = {b"\xef" * 4: "abridged", b"\xee" * 4: "intermediate", b"\xdd" * 4: "padded"}


class Wrong(Exception):
    """What a client must not do."""


def check(condition, text):
    if not condition:
        raise Wrong(text)


def log(*words):
    print(*words, file=sys.stderr, flush=True)


class Stream:
    """Bytes of a client; the subclasses change them."""

    def __init__(self, reader, writer, piece):
        self.reader, self.writer, self.piece, self.back = reader, writer, piece, b""

    def put_back(self, data):
        self.back = data + self.back

    async def exactly(self, size):
        data, self.back = self.back[:size], self.back[size:]
        return data + await self.reader.readexactly(size - len(data)) if len(data) < size else data

    async def send(self, data):
        step = self.piece or len(data)
        for at in range(0, len(data), step):
            self.writer.write(data[at:at + step])
            await self.writer.drain()
            if self.piece:
                await asyncio.sleep(0)


class Frames:
    """What is inside WebSocket frames (RFC 6455) on a stream."""

    def __init__(self, stream):
        self.stream, self.data, self.masks = stream, b"", set()

    async def frame(self):
        first, second = await self.stream.exactly(2)
        check(first & 0x70 == 0 and second & 0x80, "reserved bits, or no mask: %02x %02x" % (first, second))
        size = second & 0x7F
        if size > 125:
            width = 2 if size == 126 else 8
            size = int.from_bytes(await self.stream.exactly(width), "big")
            check(size > (125 if width == 2 else 65535), "a length that is longer than it need be")
        mask = await self.stream.exactly(4)
        check(mask not in self.masks, "the same mask again")
        self.masks.add(mask)
        body = await self.stream.exactly(size)
        return first, bytes(b ^ mask[i & 3] for i, b in enumerate(body))

    async def exactly(self, size):
        while len(self.data) < size:
            first, body = await self.frame()
            kind = first & 15
            if kind == 8:
                raise asyncio.IncompleteReadError(b"", size)
            check(first & 0x80 or kind in (0, 2), "a control frame in pieces")
            check(kind in (0, 2, 9, 10), "a frame of kind %d" % kind)
            self.data += body if kind in (0, 2) else b""
        data, self.data = self.data[:size], self.data[size:]
        return data

    async def send(self, data):
        while data:  # a message in pieces, with a ping between them
            size = random.choice((1, 125, 126, 3000, 65536, len(data)))
            part, data = data[:size], data[size:]
            size = len(part)
            head = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big") if size < 65536 else b"\x7f" + size.to_bytes(8, "big")
            await self.stream.send(b"\x02" + head + part + b"\x89\x04ping" + b"\x80\x00")


class Obfuscated:
    def __init__(self, stream, init):
        reverse = init[8:56][::-1]
        self.stream = stream
        self.incoming = Cipher(algorithms.AES(init[8:40]), modes.CTR(init[40:56])).encryptor()
        self.outgoing = Cipher(algorithms.AES(reverse[:32]), modes.CTR(reverse[32:])).encryptor()
        self.tag = self.incoming.update(init)[56:60]

    async def exactly(self, size):
        return self.incoming.update(await self.stream.exactly(size))

    async def send(self, data):
        await self.stream.send(self.outgoing.update(data))


# ---- framings: read(stream) gives a packet and whether a quick ack is asked for; write(packet) gives bytes ----

class Abridged:
    async def read(self, stream):
        first = (await stream.exactly(1))[0]
        size = first & 0x7F
        if size == 0x7F:
            size = int.from_bytes(await stream.exactly(3), "little")
            check(size >= 0x7F, "a long length for a short packet")
        check(0 < size * 4 < PACKET_MAX, "a packet of %d bytes" % (4 * size))
        return await stream.exactly(4 * size)

    def write(self, packet):
        words = len(packet) // 4
        return (bytes([words]) if words < 0x7F else b"\x7f" + words.to_bytes(3, "little")) + packet


class Intermediate:
    async def read(self, stream):
        size = int.from_bytes(await stream.exactly(4), "little") & 0x7FFFFFFF
        check(size % 4 == 0 and 16 <= size < PACKET_MAX, "a packet of %d bytes" % size)
        return await stream.exactly(size)

    def write(self, packet):
        return len(packet).to_bytes(4, "little") + packet


class Padded:
    async def read(self, stream):
        size = int.from_bytes(await stream.exactly(4), "little") & 0x7FFFFFFF
        check(16 <= size < PACKET_MAX, "a packet of %d bytes" % size)
        packet = await stream.exactly(size)
        if packet[:8] == bytes(8):
            body = 20 + int.from_bytes(packet[16:20], "little")
        else:
            body = size - (size - 24) % 16
        check(body <= size <= body + 15, "%d bytes of padding" % (size - body))
        return packet[:body]

    def write(self, packet):
        packet += os.urandom(random.randrange(16))
        return len(packet).to_bytes(4, "little") + packet


class Full:
    def __init__(self):
        self.came = self.gone = 0

    async def read(self, stream):
        head = await stream.exactly(4)
        size = int.from_bytes(head, "little")
        check(size % 4 == 0 and 28 <= size < PACKET_MAX, "a packet of %d bytes" % size)
        rest = await stream.exactly(size - 4)
        check(zlib.crc32(head + rest[:-4]) == int.from_bytes(rest[-4:], "little"), "CRC")
        check(int.from_bytes(rest[:4], "little") == self.came, "sequence number")
        self.came += 1
        return rest[4:-4]

    def write(self, packet):
        data = (len(packet) + 12).to_bytes(4, "little") + self.gone.to_bytes(4, "little") + packet
        self.gone += 1
        return data + zlib.crc32(data).to_bytes(4, "little")


FRAMINGS = {"abridged": Abridged, "intermediate": Intermediate, "padded": Padded, "full": Full}


# ---- the server ----

async def request_head(stream):
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        data += await stream.exactly(1)
        check(len(data) < 8192, "an endless head")
    lines = data.decode("ascii").split("\r\n")[:-2]
    fields = {line.split(": ", 1)[0].lower(): line.split(": ", 1)[1] for line in lines[1:]}
    check("host" in fields, "no Host")
    return lines[0], fields


class Server:
    def __init__(self, options):
        self.options = options
        self.to = options.to.rsplit(":", 1)
        self.tasks = set()  # asyncio itself keeps none alive

    async def upgrade(self, stream):
        line, fields = await request_head(stream)
        check(line == "GET /apiws HTTP/1.1", line)
        wanted = {"upgrade": "websocket", "connection": "upgrade", "sec-websocket-version": "13", "sec-websocket-protocol": "binary"}
        check(all(fields.get(name, "").lower() == value for name, value in wanted.items()), "%s" % fields)
        key = fields["sec-websocket-key"]
        check(len(base64.b64decode(key, validate=True)) == 16, "key")
        accept = base64.b64encode(hashlib.sha1(key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        await stream.send(b"HTTP/1.1 101 Whatever\r\nupgrade:WebSocket\r\nCONNECTION: keep-alive, Upgrade\r\nSec-WebSocket-Accept: "
                          + accept + b"\r\nSec-WebSocket-Protocol: binary\r\n\r\n")
        return Frames(stream)

    async def obfuscated(self, stream, kind):
        init = await stream.exactly(64)
        check(init[0] != 0xEF and init[:4] not in FORBIDDEN and any(init[4:8]), "an opening like another protocol's " + init[:8].hex())
        inner = Obfuscated(stream, init)
        check(inner.tag in TAGS, "tag " + inner.tag.hex())
        return inner, kind + "obfuscated " + TAGS[inner.tag], FRAMINGS[TAGS[inner.tag]]()

    async def find_out(self, stream):
        """The stream of packets, the name of the transport, its framing; no framing: HTTP."""
        start = await stream.exactly(1)
        if start == b"\xef":
            return stream, "abridged", Abridged()
        start += await stream.exactly(3)
        if start in TAGS:
            return stream, TAGS[start], FRAMINGS[TAGS[start]]()
        more = await stream.exactly(4)
        stream.put_back(start + more)
        if start == b"GET ":
            return await self.obfuscated(await self.upgrade(stream), "WebSocket ")
        if start == b"POST":
            return stream, "HTTP", None
        if more == bytes(4):  # the first sequence number; obfuscated openings have something else there
            return stream, "full", Full()
        return await self.obfuscated(stream, "")

    async def packets(self, stream, framing):
        reader, writer = await asyncio.open_connection(*self.to)
        writer.write(b"\xee" * 4)

        async def up():
            while True:
                packet = await framing.read(stream)
                writer.write(Intermediate().write(packet))
                await writer.drain()

        async def down():
            while True:
                size = int.from_bytes(await reader.readexactly(4), "little")
                await stream.send(framing.write(await reader.readexactly(size)))
        tasks = [asyncio.ensure_future(up()), asyncio.ensure_future(down())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        writer.close()
        for task in tasks:
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Wrong):
                raise outcome

    async def requests(self, stream):
        """Each request is made again at the data centre; its answer comes in another of the ways that HTTP has."""
        reader, writer = await asyncio.open_connection(*self.to)
        number = 0
        while True:
            line, fields = await request_head(stream)
            check(line == "POST /api HTTP/1.1", line)
            body = await stream.exactly(int(fields["content-length"]))
            check(len(body) >= 16 and len(body) % 4 == 0, "a body of %d bytes" % len(body))
            writer.write(b"POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            status, answer = await request_head_of_answer(reader)
            number += 1
            await stream.send(status + (chunked(answer) if number % 2 else b"content-LENGTH:%d\r\n\r\n" % len(answer) + answer))

    async def serve(self, reader, writer):
        self.tasks.add(asyncio.current_task())
        try:
            stream, name, framing = await self.find_out(Stream(reader, writer, self.options.piece))
            log("transport:", name)
            await (self.packets(stream, framing) if framing else self.requests(stream))
        except (Wrong, KeyError, ValueError) as error:
            log("wrong:", repr(error))
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()
            self.tasks.discard(asyncio.current_task())


async def request_head_of_answer(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    size = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            size = int(line.split(b":")[1])
    return head.split(b"\r\n")[0] + b"\r\nServer: x\r\n", await reader.readexactly(size)


def chunked(data):
    out = b"Transfer-Encoding: chunked\r\n\r\n"
    while data:
        size = random.randrange(1, 400)
        out += b"%X;x=y\r\n" % len(data[:size]) + data[:size] + b"\r\n"
        data = data[size:]
    return out + b"0\r\nTrailer: z\r\n\r\n"


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", required=True)
    parser.add_argument("--piece", type=int, default=0)
    server = await asyncio.start_server(Server(parser.parse_args()).serve, "127.0.0.1", 0, limit=1 << 24)
    print(json.dumps({"address": "127.0.0.1:%d" % server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


asyncio.run(main())
