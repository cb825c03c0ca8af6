"""SOCKS and HTTP proxies that others wrote: microsocks, dante, tinyproxy and Perl's."""
import json
import threading
from urllib.parse import urlsplit

import walls_direct
from walls_relay import Relay
from walls_rig import free_port, split

USER, WORD = "us@er", "pa:ss word"  # what a URL must escape
LOGIN = "us%40er:pa%3Ass%20word@"


def at(scheme, port, login=""):
    return "%s://%s127.0.0.1:%d" % (scheme, login, port)


def local(port):
    return "127.0.0.1:%d" % port


def by_name(rig):
    return "localhost:%d" % split(rig.dc["address"])[1]


# proves TR-15
def socks5(rig):
    """Every transport through microsocks, and through dante."""
    for port in (rig.microsocks(), rig.dante()):
        for transport in ("abridged", "intermediate", "padded", "full", "ws", "http"):
            rig.user(transport=transport, proxy=at("socks5", port)).signed_in()
        rig.bot(proxy=at("socks5", port), flags=["--obfuscated"]).signed_in()
        rig.bot(proxy="tg://socks?server=127.0.0.1&port=%d" % port).signed_in()
        rig.bot(env={"TGCALL_PROXY": "https://t.me/socks?server=127.0.0.1&port=%d" % port}).signed_in()


# proves TR-15
def names(rig):
    """Who looks names up: the proxy (socks5h, socks4a, http) or we (socks5, socks4)."""
    for scheme, start, there in (("socks5", rig.microsocks, False), ("socks5h", rig.microsocks, True),
                                 ("socks4", rig.dante, False), ("socks4a", rig.socks4a, True), ("http", rig.tinyproxy, True)):
        with Relay(local(start())) as relay:
            rig.bot(address=by_name(rig), proxy=at(scheme, relay.port)).signed_in()
            for sent in relay.records:
                assert (b"localhost" in sent) == there, (scheme, bytes(sent[:100]))


# proves TR-15
def socks5_password(rig):
    """The right password; with a wrong one or none nothing but the attempt is sent, and it is told at once."""
    with Relay(local(rig.microsocks(USER, WORD))) as relay:
        rig.user(proxy=at("socks5", relay.port, LOGIN)).signed_in()
        rig.bot(proxy="tg://socks?server=127.0.0.1&port=%d&user=us%%40er&pass=pa%%3Ass%%20word" % relay.port).signed_in()
        for login in ("us%40er:wrong@", "other:" + LOGIN.split(":")[1], ""):
            before = len(relay.records)
            rig.bot(proxy=at("socks5", relay.port, login)).failed("proxy")
            new = relay.records[before:]
            assert len(new) == 1, "tried %d times" % len(new)  # it would not help
            greeting = 2 + new[0][1]
            attempt = 0 if not login else 3 + new[0][greeting + 1] + len("wrong" if "wrong" in login else WORD)
            assert len(new[0]) == greeting + attempt, bytes(new[0])


# proves TR-15
def socks4(rig):
    port = rig.dante()
    for transport in ("abridged", "intermediate", "padded", "full", "ws", "http"):
        rig.user(transport=transport, proxy=at("socks4", port)).signed_in()
    rig.bot(proxy=at("socks4", port, "somebody@"), flags=["--obfuscated"]).signed_in()
    rig.bot(proxy=at("socks4a", rig.socks4a())).signed_in()


# proves TR-15
def http(rig):
    port = rig.tinyproxy()
    for transport in ("abridged", "intermediate", "padded", "full", "ws", "http"):
        rig.user(transport=transport, proxy=at("http", port)).signed_in()
    rig.bot(proxy=at("http", port), flags=["--obfuscated"]).signed_in()


# proves TR-15
def http_password(rig):
    with Relay(local(rig.tinyproxy("user", "password"))) as relay:
        rig.user(proxy=at("http", relay.port, "user:password@")).signed_in()
        for login in ("user:wrong@", "other:password@", ""):
            before = len(relay.records)
            rig.bot(proxy=at("http", relay.port, login)).failed("proxy")
            new = relay.records[before:]
            assert len(new) == 1, "tried %d times" % len(new)
            assert new[0].startswith(b"CONNECT ") and new[0].endswith(b"\r\n\r\n") and new[0].count(b"\r\n\r\n") == 1, bytes(new[0])


# proves TR-15
def https(rig):
    """CONNECT to a proxy behind TLS."""
    ca = rig.authority("ca")
    rig.certificate("proxy", "ca", "DNS:localhost")
    port = rig.stunnel(local(rig.tinyproxy("user", "password")), "proxy")
    proxy = "https://%%slocalhost:%d" % port
    rig.user(proxy=proxy % "user:password@", flags=["--ca-file", ca]).signed_in()
    rig.bot(proxy=proxy % "user:wrong@", flags=["--ca-file", ca]).failed("proxy")
    rig.authority("other")
    rig.bot(proxy=proxy % "user:password@", flags=["--ca-file", rig.path("other.pem")]).failed("network", "proxy")


# proves TR-14, TR-15
def web(rig):
    """wss and https through every kind of proxy."""
    ca, port = walls_direct.terminator(rig)
    socks, connect, dante, perl = rig.microsocks(), rig.tinyproxy(), rig.dante(), rig.socks4a()
    for transport in ("wss", "https"):
        for proxy in (at("socks5", socks), at("socks5h", socks), at("http", connect), at("socks4", dante), at("socks4a", perl)):
            rig.bot(address="localhost:%d" % port, transport=transport, proxy=proxy, flags=["--ca-file", ca]).signed_in()


# proves TR-4, TR-15
def dribble(rig):
    """Answers of proxies byte by byte."""
    dante = rig.dante()
    for scheme, port, login in (("socks5", rig.microsocks(USER, WORD), LOGIN), ("socks5", dante, ""), ("socks4", dante, ""),
                                ("socks4a", rig.socks4a(), ""),
                                ("http", rig.tinyproxy("user", "password"), "user:password@")):
        with Relay(local(port), dribble=True) as relay:
            for transport in ("intermediate", "ws", "http"):
                rig.bot(transport=transport, proxy=at(scheme, relay.port, login)).signed_in()


# proves TR-15
def refused(rig):
    """The proxy cannot connect, or there is none: told as that, not as a time-out."""
    closed, trouble = local(free_port()), []
    proxies = [at("socks5", rig.microsocks()), at("socks4", rig.dante()), at("http", rig.tinyproxy()), at("socks5", free_port()),
               at("http", free_port())]

    def attempt(proxy):
        try:
            rig.bot(address=closed, proxy=proxy).failed("proxy")
        except AssertionError as error:
            trouble.append(error)
    threads = [threading.Thread(target=attempt, args=(proxy,)) for proxy in proxies]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not trouble, "\n".join(map(str, trouble))


# ---- clients that others wrote ----

def foreign(rig, client, url, *arguments):
    """Signs in through the proxy of that URL, and did go through it."""
    parts = urlsplit(url)
    with Relay(local(parts.port)) as relay:
        url = url.replace(":%d" % parts.port, ":%d" % relay.port)
        if client == "tdlib":
            kind = {"@type": {"socks5": "proxyTypeSocks5", "http": "proxyTypeHttp"}[parts.scheme], "username": parts.username or "",
                    "password": parts.password or ""}
            rig.foreign(client, *arguments, TGDC_PROXY=json.dumps({"server": "127.0.0.1", "port": relay.port, "type": kind}))
        else:
            rig.foreign(client, *arguments, TGDC_PROXY_URL=url)
        assert sum(map(len, relay.records)) > 2000, "it did not go through the proxy"


# proves TR-15
def telethon(rig):
    foreign(rig, "telethon", at("socks5", rig.microsocks("user", "password"), "user:password@"), "intermediate")
    foreign(rig, "telethon", at("socks4", rig.dante()), "abridged")
    foreign(rig, "telethon", at("http", rig.tinyproxy("user", "password"), "user:password@"), "obfuscated")


# proves TR-15
def gramjs(rig):
    foreign(rig, "gramjs", at("socks5", rig.microsocks("user", "password"), "user:password@"), "obfuscated")
    foreign(rig, "gramjs", at("socks4", rig.dante()), "abridged")


# proves TR-15
def mtcute(rig):
    foreign(rig, "mtcute", at("socks5", rig.microsocks("user", "password"), "user:password@"))
    foreign(rig, "mtcute", at("socks4", rig.dante()))
    foreign(rig, "mtcute", at("http", rig.tinyproxy("user", "password"), "user:password@"))


# proves TR-15
def tdlib(rig):
    foreign(rig, "tdlib", at("socks5", rig.microsocks("user", "password"), "user:password@"))
    foreign(rig, "tdlib", at("http", rig.tinyproxy("user", "password"), "user:password@"))


TESTS = [socks5, names, socks5_password, socks4, http, http_password, https, web, dribble, refused]
FOREIGN = [telethon, gramjs, mtcute, tdlib]
