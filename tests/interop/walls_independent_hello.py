"""A ClientHello, taken apart and judged: as strictly as TLS 1.3 (RFC 8446) has it, and by what a browser's looks like. Written from
the RFCs; shares nothing with the client whose hellos it reads."""

P25519 = 2**255 - 19
MLKEM768_Q = 3329
NAMES = {0: "server_name", 5: "status_request", 10: "supported_groups", 11: "ec_point_formats", 13: "signature_algorithms", 16: "alpn",
         18: "signed_certificate_timestamp", 21: "padding", 23: "extended_master_secret", 27: "compress_certificate",
         35: "session_ticket", 43: "supported_versions", 45: "psk_key_exchange_modes", 51: "key_share", 17613: "alps",
         17513: "alps_old", 65037: "encrypted_client_hello", 65281: "renegotiation_info"}
REQUIRED = {0, 5, 10, 11, 13, 16, 18, 23, 27, 35, 43, 45, 51, 65281}  # what every Chromium of these years sends


class Bad(Exception):
    """What is wrong with a hello."""


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        if self.at + size > len(self.data):
            raise Bad("%d bytes wanted at %d of %d" % (size, self.at, len(self.data)))
        self.at += size
        return self.data[self.at - size:self.at]

    def number(self, width):
        return int.from_bytes(self.take(width), "big")

    def block(self, width):
        return Reader(self.take(self.number(width)))

    def left(self):
        return len(self.data) - self.at

    def end(self):
        if self.left():
            raise Bad("%d bytes too many" % self.left())

    def numbers(self, width):
        if self.left() % width:
            raise Bad("a list of %d bytes" % self.left())
        return [self.number(width) for _ in range(self.left() // width)]


def grease(value):
    return value & 0x0F0F == 0x0A0A and value >> 8 == value & 0xFF


def on_curve(share):
    """A public key of X25519 is the x of a point of the curve, not of its twist, for half of all numbers; real keys always are."""
    x = int.from_bytes(share, "little")
    square = (x**3 + 486662 * x**2 + x) % P25519
    return share[31] < 0x80 and 1 < x < P25519 and pow(square, (P25519 - 1) // 2, P25519) == 1


def encapsulation_key(share):
    """FIPS 203, 7.2: 768 twelve-bit numbers, each below q, and a seed."""
    for i in range(0, 1152, 3):
        low, middle, high = share[i:i + 3]
        if low | (middle & 15) << 8 >= MLKEM768_Q or middle >> 4 | high << 4 >= MLKEM768_Q:
            return False
    return len(share) == 1184


def check(condition, text):
    if not condition:
        raise Bad(text)


class Hello:
    """hello: the whole record. Attributes: random, session_id, ciphers, extensions {number: bytes}, order, domain, groups, shares,
    alpn, size."""

    def __init__(self, hello):
        self.size = len(hello)
        record = Reader(hello)
        check(record.take(3) == b"\x16\x03\x01", "no handshake record")
        message = record.block(2)
        record.end()
        check(message.number(1) == 1, "no ClientHello")
        body = message.block(3)
        message.end()
        check(body.number(2) == 0x0303, "legacy_version")
        self.random, self.session_id = body.take(32), body.block(1).data
        check(len(self.session_id) == 32, "session id of %d bytes" % len(self.session_id))
        self.ciphers = body.block(2).numbers(2)
        check(body.block(1).data == b"\x00", "compression methods")
        extensions = body.block(2)
        body.end()
        self.order, self.extensions = [], {}
        while extensions.left():
            kind, data = extensions.number(2), extensions.block(2).data
            check(kind not in self.extensions, "extension %d twice" % kind)
            self.order.append(kind)
            self.extensions[kind] = data
        self.parse()

    def inner(self, kind, width):
        check(kind in self.extensions, "no extension " + NAMES[kind])
        reader = Reader(self.extensions[kind])
        block = reader.block(width)
        reader.end()
        return block

    def parse(self):
        names = self.inner(0, 2)
        check(names.number(1) == 0, "server name type")
        self.domain = names.block(2).data.decode("ascii")
        names.end()
        self.groups = self.inner(10, 2).numbers(2)
        self.signatures = self.inner(13, 2).numbers(2)
        self.versions = self.inner(43, 1).numbers(2)
        self.alpn, protocols = [], self.inner(16, 2)
        while protocols.left():
            self.alpn.append(protocols.block(1).data.decode("ascii"))
        self.shares, shares = {}, self.inner(51, 2)
        while shares.left():
            group = shares.number(2)
            check(group in self.groups, "a key share of a group that is not offered")
            self.shares[group] = shares.block(2).data

    def strict(self):
        """Raises Bad unless it is what a current Chromium could have sent."""
        check(self.size == 517 or self.size > 517, "%d bytes" % self.size)
        missing = [NAMES[kind] for kind in sorted(REQUIRED - set(self.extensions))]
        check(not missing, "without " + ", ".join(missing))
        unknown = [kind for kind in self.order if kind not in NAMES and not grease(kind)]
        check(not unknown, "unknown extensions %s" % unknown)
        check(21 not in self.extensions or (self.size == 517 and not any(self.extensions[21])), "padding")
        check(0x0304 in self.versions, "no TLS 1.3")
        check(self.alpn == ["h2", "http/1.1"], "ALPN %s" % self.alpn)
        check(self.ciphers[1:4] == [0x1301, 0x1302, 0x1303], "ciphers")
        self.check_grease()
        self.check_shares()
        if 65037 in self.extensions:
            self.check_ech()

    def check_grease(self):
        check(grease(self.ciphers[0]) and not any(map(grease, self.ciphers[1:])), "GREASE among the ciphers")
        check(grease(self.groups[0]) and not any(map(grease, self.groups[1:])), "GREASE among the groups")
        check(grease(self.versions[0]) and not any(map(grease, self.versions[1:])), "GREASE among the versions")
        places = [i for i, kind in enumerate(self.order) if grease(kind)]
        last = len(self.order) - 1 - (self.order[-1] == 21)
        check(places == [0, last], "GREASE extensions at %s of %d" % (places, len(self.order)))
        check(self.extensions[self.order[0]] == b"" and self.extensions[self.order[last]] == b"\x00", "GREASE extensions' content")

    def check_shares(self):
        kinds = list(self.shares)
        check(kinds[0] == self.groups[0] and self.shares[kinds[0]] == b"\x00", "GREASE key share")
        check(kinds[1:] in ([0x11EC, 0x001D], [0x001D]), "key shares %s" % [hex(kind) for kind in kinds])
        check(len(self.shares[0x1D]) == 32 and on_curve(self.shares[0x1D]), "X25519 share is no point of the curve")
        if 0x11EC in self.shares:
            share = self.shares[0x11EC]
            check(len(share) == 1216 and on_curve(share[1184:]), "X25519MLKEM768 share: X25519")
            check(encapsulation_key(share[:1184]), "X25519MLKEM768 share: ML-KEM-768")

    def check_ech(self):
        """GREASE ECH (RFC 9849, 6.2): outer, HKDF-SHA256 with AES-128-GCM or ChaCha20, an X25519 share, a payload as of a hello."""
        ech = Reader(self.extensions[65037])
        check(ech.number(1) == 0 and ech.number(2) == 1 and ech.number(2) in (1, 3), "ECH: suite")
        ech.number(1)
        check(len(ech.block(2).data) == 32, "ECH: enc")
        payload = len(ech.block(2).data)
        ech.end()
        check(payload in (144, 176, 208, 240), "ECH: payload of %d bytes" % payload)
