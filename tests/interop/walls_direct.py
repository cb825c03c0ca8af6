"""Every transport without a proxy: over TCP, and wss and https through a TLS terminator that others wrote."""
from walls_relay import Relay, deobfuscate, websocket_payload

TAGS = {"abridged": b"\xef\xef\xef\xef", "intermediate": b"\xee\xee\xee\xee", "padded": b"\xdd\xdd\xdd\xdd"}


def plain_opening(transport, sent):
    if transport == "abridged":
        return sent[0] == 0xEF and sent[1] == 10
    if transport == "full":
        return sent[4:8] == bytes(4) and int.from_bytes(sent[0:4], "little") == 52  # the first packet, with its sequence number
    tag = TAGS[transport]
    return sent[0:4] == tag and 40 <= int.from_bytes(sent[4:8], "little") <= 55


def obfuscated_opening(transport, sent):
    plain = deobfuscate(sent[:200])
    return plain_opening(transport, TAGS[transport][:1 if transport == "abridged" else 4] + plain[64:]) \
        and plain[56:60] == TAGS[transport]


# proves TR-1, TR-2, TR-3, TR-9, TR-10
def tcp(rig):
    """Each framing, obfuscated and not, with what goes over the wire looked at."""
    for transport in ("abridged", "intermediate", "padded", "full"):
        for obfuscated in (False, True):
            with Relay(rig.dc["address"]) as relay:
                rig.user(address=relay.address, transport=transport, flags=["--obfuscated"] * obfuscated).signed_in()
                opening = obfuscated_opening if obfuscated else plain_opening
                spoken = "padded" if transport == "full" and obfuscated else transport  # full has no tag
                for sent in relay.records:
                    assert opening(spoken, sent), (transport, obfuscated, bytes(sent[:80]).hex())


# proves TR-14
def websocket(rig):
    """WebSocket without TLS: the request, masked frames, obfuscation inside."""
    with Relay(rig.dc["address"]) as relay:
        rig.user(address=relay.address, transport="ws").signed_in()
        for sent in relay.records:
            head, payload = websocket_payload(sent)
            assert head.startswith("GET /apiws HTTP/1.1\r\n") and "Sec-WebSocket-Protocol: binary" in head, head
            assert deobfuscate(payload[:200])[56:60] in TAGS.values(), payload[:64].hex()


# proves TR-14
def http(rig):
    with Relay(rig.dc["address"]) as relay:
        rig.user(address=relay.address, transport="http").signed_in()
        for sent in relay.records:
            assert sent.startswith(b"POST /api HTTP/1.1\r\n"), bytes(sent[:100])


# proves TR-4
def dribble(rig):
    """Every byte on its own, both ways."""
    for transport in ("abridged", "intermediate", "padded", "full", "ws", "http"):
        with Relay(rig.dc["address"], dribble=True, dribble_there=True) as relay:
            rig.bot(address=relay.address, transport=transport).signed_in()


def terminator(rig, alternatives="IP:127.0.0.1,DNS:localhost", name="server"):
    ca = rig.authority("ca-" + name)
    rig.certificate(name, "ca-" + name, alternatives)
    return ca, rig.stunnel(rig.dc["address"], name, "stunnel-" + name)


# proves TR-14
def tls(rig):
    """wss and https, trusted by address and by name, whole and with answers that come byte by byte.
    (What stunnel itself gets byte by byte makes it give up.)"""
    ca, port = terminator(rig)
    for transport in ("wss", "https"):
        for host in ("127.0.0.1", "localhost"):
            rig.user(address="%s:%d" % (host, port), transport=transport, flags=["--ca-file", ca]).signed_in()
        with Relay("127.0.0.1:%d" % port, dribble=True) as relay:
            rig.bot(address=relay.address, transport=transport, flags=["--ca-file", ca]).signed_in()


def records_of(stream):
    """The TLS records of a stream: (type, size)."""
    at, out = 0, []
    while at + 5 <= len(stream):
        size = int.from_bytes(stream[at + 3:at + 5], "big")
        out.append((stream[at], size))
        at += 5 + size
    assert at == len(stream), "half a record"
    return out


def only_hello(sent):
    """A hello, and after it at most the change of the cipher and one alert, encrypted (24 bytes then) or not."""
    kinds = records_of(sent)
    return kinds[0][0] == 0x16 and all(kind in (0x14, 0x15) or (kind == 0x17 and size <= 24) for kind, size in kinds[1:]) \
        and len(kinds) <= 3


# proves TR-14
def tls_strangers(rig):
    """Somebody whom we do not trust, or who is somebody else, gets a hello and nothing more."""
    ca, port = terminator(rig)
    other = rig.authority("other")
    for transport in ("wss", "https"):
        with Relay("127.0.0.1:%d" % port) as relay:
            rig.bot(address=relay.address, transport=transport, flags=["--ca-file", other]).failed("network")
            assert relay.records and all(map(only_hello, relay.records)), [bytes(r).hex() for r in relay.records]
            rig.bot(address=relay.address, transport=transport, flags=["--insecure"]).signed_in()
    ca, port = terminator(rig, "DNS:example.org", "elsewhere")
    for transport in ("wss", "https"):
        with Relay("127.0.0.1:%d" % port) as relay:
            rig.bot(address=relay.address, transport=transport, flags=["--ca-file", ca]).failed("network")
            assert relay.records and all(map(only_hello, relay.records)), [bytes(r).hex() for r in relay.records]


TESTS = [tcp, websocket, http, dribble, tls, tls_strangers]
