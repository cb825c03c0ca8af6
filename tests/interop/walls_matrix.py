"""Each transport through each kind of proxy, one row and one column each: signed in, and through the proxy; and with a certificate that
is not to be trusted, not signed in."""
import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import walls_direct
import walls_independent
from walls_mtproxy import SECRETS
from walls_relay import Relay

TCP = ("abridged", "intermediate", "padded", "full")
TRANSPORTS = {name: ["--transport", name] for name in TCP + ("ws", "http", "wss", "https")}
TRANSPORTS.update({"obfuscated " + name: ["--transport", name, "--obfuscated"] for name in TCP})
TLS = ("wss", "https")


def proxies(rig):
    """Name: (its port, its URL without the port)."""
    rig.certificate("proxy", "ca-server", "IP:127.0.0.1")
    login = "user:password@127.0.0.1:%d"
    http, socks5 = rig.tinyproxy("user", "password"), rig.microsocks("user", "password")
    secured = rig.stunnel("127.0.0.1:%d" % http, "proxy", "stunnel-proxy")
    out = {"none": (None, None), "socks5": (socks5, "socks5://" + login), "socks5h": (socks5, "socks5h://" + login),
           "socks4": (rig.dante(), "socks4://127.0.0.1:%d"), "socks4a": (rig.socks4a(), "socks4a://user@127.0.0.1:%d"),
           "http": (http, "http://" + login), "https": (secured, "https://" + login)}
    for mode, secret in SECRETS.items():
        address = walls_independent.proxy(rig, mode, name="independent-" + mode.replace(" ", "-"))
        out["MTProxy " + mode] = (int(address.split(":")[1]), "tg://proxy?server=127.0.0.1&port=%d&secret=" + secret.hex())
    return out


def all_of(attempt, jobs):
    """Runs the jobs, some at a time; raises what went wrong with any."""
    trouble = []

    def run(job):
        try:
            attempt(*job)
        except Exception as error:
            trouble.append("%s: %s" % (job, error))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, jobs))
    assert not trouble, "\n".join(trouble)


# proves TR-1, TR-2, TR-3, TR-9, TR-11, TR-14, TR-15
def each(rig):
    ca, tls = walls_direct.terminator(rig)
    routes = proxies(rig)

    def attempt(transport, proxy):
        port, url = routes[proxy]
        options = {"address": "127.0.0.1:%d" % tls if transport in TLS else rig.dc["address"],
                   "flags": [*TRANSPORTS[transport], "--ca-file", ca, "--timeout", "60"]}
        if port is None:
            rig.bot(**options).signed_in()
            return
        with Relay("127.0.0.1:%d" % port) as relay:
            rig.bot(proxy=url % relay.port, **options).signed_in()
            assert sum(map(len, relay.records)) > 1500, "not through the proxy"
    all_of(attempt, [(transport, proxy) for transport in TRANSPORTS for proxy in routes])


# proves TR-14
def distrust(rig):
    """Through whichever proxy: a certificate of another authority, or of another host, ends it, and the error says so."""
    walls_direct.terminator(rig)
    routes = {name: route for name, route in proxies(rig).items() if not name.startswith("MTProxy")}
    _, stranger = walls_direct.terminator(rig, name="stranger")
    elsewhere_ca, elsewhere = walls_direct.terminator(rig, "DNS:example.org", "elsewhere")
    with open(rig.path("ca-server.pem"), encoding="ascii") as first, open(elsewhere_ca, encoding="ascii") as second:
        trusted = rig.path("trusted.pem", first.read() + second.read())  # the first is that of the proxy over TLS

    def attempt(port, transport, name):
        through, url = routes[name]
        outcome = rig.bot(address="127.0.0.1:%d" % port, proxy=url % through if through else None, transport=transport,
                          flags=["--ca-file", trusted])
        assert "certificate" in outcome.failed("network").error["text"], str(outcome)
    all_of(attempt, [(port, transport, name) for port in (stranger, elsewhere) for transport in TLS for name in routes])


# proves TR-11, TR-15
def ipv6(rig):
    """Everything at ::1: the data centre itself, and each kind of proxy, which gets an IPv6 address to connect to where it can."""
    ca, tls = walls_direct.terminator(rig, "IP:::1")
    routes = {name: route for name, route in proxies(rig).items() if not name.startswith("socks4") and name != "https"}

    def attempt(transport, proxy):
        port, url = routes[proxy]
        with Relay("127.0.0.1:%d" % tls if transport in TLS else rig.dc["address"], host="::1") as dc:
            options = {"address": dc.address, "flags": [*TRANSPORTS[transport], "--ca-file", ca, "--timeout", "60"]}
            if port is None:
                rig.bot(**options).signed_in()
                return
            with Relay("127.0.0.1:%d" % port, host="::1") as relay:
                brackets = url.replace("127.0.0.1", "%5B::1%5D" if "server=" in url else "[::1]").replace("%5", "%%5")
                rig.bot(proxy=brackets % relay.port, **options).signed_in()
    all_of(attempt, [(transport, proxy) for transport in ("abridged", "ws", "http", "wss", "https") for proxy in routes])


# proves TR-4
def narrow(rig):
    """Both ways through buffers of next to nothing, so that whatever is sent goes out in many pieces."""
    ca, tls = walls_direct.terminator(rig)
    routes = proxies(rig)
    session = rig.path("session")
    rig.user(flags=["--session", session]).signed_in()
    with open(rig.path("content"), "wb") as file:
        file.write(os.urandom(120000))

    def attempt(transport, proxy):
        port, url = routes[proxy]
        target = "127.0.0.1:%d" % tls if transport in TLS else rig.dc["address"]
        own = "%s-%s-%s" % (session, transport, proxy)
        shutil.copy(session, own)
        with Relay("127.0.0.1:%d" % port if port else target, narrow=True) as relay:
            done = rig.tgcall(["upload", rig.path("content")], address=target if port else relay.address,
                              proxy=url % relay.port if port else None, transport=transport,
                              flags=["--ca-file", ca, "--session", own, "--timeout", "120"])
            assert done.status == 0 and done.answer.get("_", "").startswith("inputFile"), str(done)
            assert sum(map(len, relay.records)) > 120000
    all_of(attempt, [(transport, "none") for transport in TRANSPORTS if transport in TCP + ("ws", "wss", "http", "https")]
           + [("abridged", proxy) for proxy in routes if proxy != "none"])


TESTS = [each, distrust, ipv6, narrow]
