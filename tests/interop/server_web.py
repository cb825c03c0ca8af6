"""WebSocket for the independent server (RFC 6455): the client's handshake and frames are checked, and ours are as awkward as the
standard lets them be."""
import base64
import hashlib
import os
import random
import struct

from server_wire import Closed, Wire

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
BINARY, CLOSE, PING, PONG = 2, 8, 9, 10


class WebSocket(Wire):
    """The bytes inside the frames of a connection."""

    def __init__(self, wire, head):
        super().__init__(wire.connection, wire.faults, wire.blame)
        self.inside, self.pings, self.pongs = b"", [], 0
        self.accept(head)

    def accept(self, text):
        while not text.endswith(b"\r\n\r\n"):
            if len(text) > 8192:
                self.blame("an endless handshake of a WebSocket")
                raise Closed()
            text += super().read(1)
        lines = text.decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}
        key = fields.get("sec-websocket-key", "")
        wanted = {"upgrade": "websocket", "connection": "upgrade", "sec-websocket-version": "13", "sec-websocket-protocol": "binary"}
        wrong = [name for name, value in wanted.items() if fields.get(name, "").lower() != value]
        if lines[0] != "GET /apiws HTTP/1.1" or wrong or "host" not in fields or len(base64.b64decode(key)) != 16:
            self.blame("handshake of a WebSocket: %s, wrong: %s" % (lines[0], wrong))
        token = base64.b64encode(hashlib.sha1(key.encode() + GUID).digest()).decode()
        super().write(("HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: binary\r\n\r\n" % token).encode())

    # ---- frames of the client ----

    def read(self, size):
        while len(self.inside) < size:
            self.inside += self.read_frame()
        data, self.inside = self.inside[:size], self.inside[size:]
        return self.decipher(data)

    def read_frame(self):
        first, second = self.raw(2)
        opcode, size = first & 15, second & 127
        if first & 0x70 or not second & 128:
            self.blame("a frame of %02x %02x: with reserved bits, or without a mask" % (first, second))
            raise Closed()
        if size == 126:
            size = int.from_bytes(self.raw(2), "big")
            if size < 126:
                self.blame("%d bytes in a frame of the second kind" % size)
        elif size == 127:
            size = int.from_bytes(self.raw(8), "big")
            if size < 65536:
                self.blame("%d bytes in a frame of the third kind" % size)
        mask = self.raw(4)
        data = bytes(a ^ b for a, b in zip(self.raw(size), mask * (size // 4 + 1)))
        if opcode == PONG:
            self.pongs += 1
            if data not in self.pings:
                self.blame("a pong to no ping")
            return b""
        if opcode == CLOSE:
            raise Closed()
        if opcode not in (0, BINARY):
            self.blame("a frame of kind %d" % opcode)
        return data

    def raw(self, size):
        keep, self.decipher = self.decipher, lambda data: data
        try:
            return super().read(size)
        finally:
            self.decipher = keep

    # ---- frames of ours ----

    def write(self, data):
        """In several messages or fragments of one, with a ping among them."""
        data = self.encipher(data)
        middle = random.randrange(len(data) + 1)
        self.pings.append(os.urandom(random.randrange(126)))
        kind = random.randrange(3)
        if kind == 0:
            out = self.frame(BINARY, data)
        elif kind == 1:
            out = self.frame(BINARY, data[:middle]) + self.frame(PING, self.pings[-1]) + self.frame(BINARY, data[middle:])
        else:
            out = self.frame(BINARY, data[:middle], False) + self.frame(PING, self.pings[-1]) + self.frame(0, data[middle:])
        keep, self.encipher = self.encipher, lambda data: data
        try:
            super().write(out)
        finally:
            self.encipher = keep

    @staticmethod
    def frame(opcode, data, last=True):
        size = len(data)
        form = bytes([size]) if size < 126 else struct.pack(">BH", 126, size) if size < 65536 else struct.pack(">BQ", 127, size)
        return bytes([opcode | 128 * last]) + form + data
