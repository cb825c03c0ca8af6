"""Servers and proxies that stop in the middle of a handshake, fall silent, talk nonsense, or come up with one byte now and
then: the client ends with an error that says so, in bounded time, and leaks nothing (which a build with sanitizers sees)."""
import random
import time
from concurrent.futures import ThreadPoolExecutor

import walls_direct
import walls_mtproxy
from walls_relay import Relay, Server, read
from walls_rig import split

ANY = ("network", "proxy", "protocol", "transport", "handshake", "timeout")
SURE = 60  # bytes of answers: with fewer no key exchange can have begun, on any way


def ways(rig):
    """Name: (what is behind the relay, how to go through the relay at a port)."""
    ca, tls = walls_direct.terminator(rig)
    socks5, socks4, connect = rig.microsocks("user", "password"), rig.dante(), rig.tinyproxy("user", "password")
    secured = rig.stunnel("127.0.0.1:%d" % connect, "server", "stunnel-proxy")
    out = {}
    for transport in ("abridged", "intermediate", "padded", "full", "ws", "http"):
        out[transport] = (split(rig.dc["address"])[1], {"transport": transport, "address": "127.0.0.1:%d"})
    for transport in ("wss", "https"):
        out[transport] = (tls, {"transport": transport, "address": "127.0.0.1:%d", "flags": ["--ca-file", ca]})
    out["obfuscated"] = (split(rig.dc["address"])[1], {"flags": ["--obfuscated"], "address": "127.0.0.1:%d"})
    out["SOCKS5"] = (socks5, {"proxy": "socks5://user:password@127.0.0.1:%d"})
    out["SOCKS4"] = (socks4, {"proxy": "socks4://127.0.0.1:%d"})
    out["HTTP proxy"] = (connect, {"proxy": "http://user:password@127.0.0.1:%d"})
    out["HTTPS proxy"] = (secured, {"proxy": "https://user:password@127.0.0.1:%d", "flags": ["--ca-file", ca]})
    for mode, secret in walls_mtproxy.SECRETS.items():
        url = "tg://proxy?server=127.0.0.1&port=%d&secret=" + secret.hex()
        out["MTProxy " + mode] = (split(rig.tgproxy(secret.hex(), "tgproxy-" + mode))[1], {"proxy": url})
    return out


def through(rig, way, cut, seconds):
    port, options = way
    with Relay("127.0.0.1:%d" % port, cut=cut) as relay:
        filled = {k: v % relay.port if k in ("proxy", "address") else v for k, v in options.items()}
        filled["flags"] = list(options.get("flags", ())) + ["--timeout", str(seconds)]
        return rig.bot(**filled), len(relay.answers[0]) if relay.answers else 0


def cuts(rig, then, near, far, seconds):
    """Cuts every way after each of the first `near` bytes that come back, and in `far` places behind them."""
    chance, trouble = random.Random(then), []
    jobs = []
    for name, way in ways(rig).items():
        outcome, size = through(rig, way, None, 30)
        outcome.signed_in()
        jobs += [(name, way, at) for at in list(near) + [chance.randrange(SURE, size) for _ in range(far)]]

    def run(job):
        name, way, at = job
        try:
            outcome, _ = through(rig, way, (at, then), seconds)
            if outcome.status == 0 and at >= SURE:
                outcome.signed_in()  # another connection got further
            else:
                outcome.failed(*ANY)
        except Exception as error:
            trouble.append("%s, %s after %d bytes: %s" % (name, then, at, error))
    with ThreadPoolExecutor(24) as pool:
        list(pool.map(run, jobs))
    assert not trouble, "\n".join(trouble)


# proves TR-4, TR-15
def hang_up(rig):
    cuts(rig, "close", range(0, 12), 4, 20)


# proves TR-4, TR-15
def reset(rig):
    cuts(rig, "reset", (0, 1, 2, 5, 9), 4, 20)


# proves TR-4, TR-15
def half_closed(rig):
    """The other side will say no more, and goes on listening."""
    cuts(rig, "half", (0, 1, 2, 5, 9), 4, 20)


# proves TR-6, TR-13, TR-15
def nonsense(rig):
    cuts(rig, "noise", range(0, 12, 2), 4, 10)


# proves TR-15
def silence(rig):
    cuts(rig, "silence", (0, 1, 7), 3, 3)


def drip(text):
    """A server that starts well and then never comes to an end, one byte now and then."""
    def handle(connection, record):
        read(connection, record, 3)
        for byte in text:
            connection.sendall(bytes([byte]))
        while True:
            time.sleep(0.2)
            connection.sendall(b"x")
    return handle


# proves TR-15
def endless(rig):
    """Handshakes that never end are given up: the client says so itself, long before the call's own time is over."""
    http = b"HTTP/1.1 200 OK\r\nX-Long: "
    scripts = {"socks5://127.0.0.1:%d": b"\x05", "socks4://127.0.0.1:%d": b"\x00", "http://127.0.0.1:%d": http,
               "https://127.0.0.1:%d": b"\x16\x03\x03\x40\x00\x02\x00\x3f\xf0\x03\x03", "ws": b"HTTP/1.1 101 Switching\r\nX-Long: ",
               "wss": b"\x16\x03\x03\x40\x00\x02\x00\x3f\xf0\x03\x03", "http": http, "https": b"\x16",
               "tg://proxy?server=127.0.0.1&port=%d&secret=" + walls_mtproxy.SECRETS["fake TLS"].hex(): b"\x16\x03\x03\x40\x00",
               "full": b"\x00\x00\x10\x00", "intermediate": b"\x00\x00\x10\x00"}
    trouble = []

    def run(item):
        where, text = item
        try:
            with Server(silent if text == b"\x05" or text == b"\x00" else drip(text)) as server:
                through_proxy = {"proxy": where % server.port} if ":" in where else {"transport": where, "address": server.address}
                rig.bot(flags=["--timeout", "140"], **through_proxy).failed("network", "proxy", "protocol")
                assert len(server.records) == 3, "%d connections" % len(server.records)
        except Exception as error:
            trouble.append("%s: %s" % (where, error))
    with ThreadPoolExecutor(len(scripts)) as pool:
        list(pool.map(run, scripts.items()))
    assert not trouble, "\n".join(trouble)


def silent(connection, record):
    """One byte of an answer, and no more."""
    read(connection, record, 3)
    connection.sendall(b"\x05" if record[0] == 5 else b"\x00")
    while connection.recv(4096):
        pass


TESTS = [hang_up, reset, half_closed, nonsense, silence, endless]
