"""MTProxy in its three modes, through an endpoint of our own that is as strict as those in use: our client and others. And what a
proxy that does not know the secret, or somebody in between, gets to see."""
import base64
import json
import os
import subprocess
import threading

import walls_direct
from walls_relay import Relay, Server, deobfuscate, flipped, read, read_all, shut
from walls_rig import split

KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
DOMAIN = b"www.example.org"
SECRETS = {"plain": KEY, "padded": b"\xdd" + KEY, "fake TLS": b"\xee" + KEY + DOMAIN}
GIVEN_UP = ("proxy", "network", "timeout")
WRONG = bytes.fromhex("00112233445566778899aabbccddeeff")


def wrong(mode):
    return {"plain": WRONG, "padded": b"\xdd" + WRONG, "fake TLS": b"\xee" + WRONG + DOMAIN}[mode]


def link(address, secret):
    host, port = split(address)
    return "tg://proxy?server=%s&port=%d&secret=%s" % (host, port, secret)


def accepted(rig, modes, dc, name="tgproxy"):
    """The proxy let clients through, all in those modes and for those data centres."""
    lines = [line for line in rig.log(name).splitlines() if "accepted" in line or "refused" in line]
    wanted = ["tgproxy: accepted: %s, data centre %d" % (mode, number) for mode in modes for number in dc]
    assert lines and all(line in wanted for line in lines), lines


def ours(rig, mode):
    """Every way to write the secret and the link, whatever transport was asked for."""
    secret = SECRETS[mode]
    address = rig.tgproxy(secret.hex())
    host, port = split(address)
    url = base64.urlsafe_b64encode(secret).decode()
    rig.user(proxy=link(address, secret.hex())).signed_in()
    rig.bot(proxy=link(address, secret.hex().upper())).signed_in()
    rig.bot(proxy=link(address, url.rstrip("="))).signed_in()
    rig.bot(proxy="https://t.me/proxy?server=%s&port=%d&secret=%s" % (host, port, url.replace("=", "%3D"))).signed_in()
    rig.bot(proxy=link(address, base64.b64encode(secret).decode().replace("+", "%2B"))).signed_in()
    accepted(rig, [mode], [rig.dc["dc"]])
    for transport in ("abridged", "intermediate", "padded", "full", "ws", "http"):
        rig.bot(proxy=link(address, secret.hex()), transport=transport).signed_in()
    accepted(rig, [mode, "padded"] if mode == "plain" else [mode], [rig.dc["dc"]])  # padded when it is asked for; what has no tag becomes intermediate


# proves TR-9, TR-10, TR-11
def plain(rig):
    ours(rig, "plain")


# proves TR-2, TR-11
def padded(rig):
    ours(rig, "padded")


# proves TR-11, TR-12, TR-13
def tls(rig):
    ours(rig, "fake TLS")


# proves TR-11
def no_secret(rig):
    """Sixteen zero bytes mean that there is none."""
    address = rig.tgproxy("00" * 16)
    rig.user(proxy=link(address, "00" * 16)).signed_in()
    accepted(rig, ["plain"], [rig.dc["dc"]])


# proves TR-4, TR-13
def dribble(rig):
    """Every byte on its own, both ways."""
    for mode, secret in SECRETS.items():
        with Relay(rig.tgproxy(secret.hex()), dribble=True, dribble_there=True) as relay:
            rig.bot(proxy=link(relay.address, secret.hex())).signed_in()


# ---- what others get to see ----

def first_flight(mode, sent, key):
    """What goes out before anything has come back: the opening and req_pq_multi; in fake TLS the hello alone."""
    if mode == "fake TLS":
        return sent[0:3] == b"\x16\x03\x01" and len(sent) == 5 + int.from_bytes(sent[3:5], "big")
    plain_text = deobfuscate(sent, key)
    size = int.from_bytes(plain_text[64:68], "little")
    least, most = (40, 40) if mode == "plain" else (40, 55)
    return least <= size <= most and len(sent) == 64 + 4 + size and plain_text[68:76] == bytes(8) \
        and plain_text[88:92] == b"\xf1\x8e\x7e\xbe"


def only_first_flight(rig, mode, secret, handle, classes, key):
    with Server(handle) as server:
        rig.bot(proxy=link(server.address, secret.hex()), flags=["--timeout", "8"]).failed(*classes)
        assert server.records, "nobody came"
        for sent in server.records:
            assert first_flight(mode, sent, key), (mode, bytes(sent).hex())


def silent(connection, record):
    read_all(connection, record)


def garbage(connection, record):
    """Answers with noise whatever comes, and looks what is said to that."""
    if read(connection, record, 5):
        connection.sendall(os.urandom(3000))
    read_all(connection, record)


def forger(connection, record):
    """A TLS server that looks right and does not know the secret."""
    if read(connection, record, 300):
        hello = b"\x02\x00\x00\x76\x03\x03" + os.urandom(32) + b"\x20" + record[44:76] \
            + b"\x13\x01\x00\x00\x2e\x00\x33\x00\x24\x00\x1d\x00\x20" + os.urandom(32) + b"\x00\x2b\x00\x02\x03\x04"
        connection.sendall(b"\x16\x03\x03" + len(hello).to_bytes(2, "big") + hello + b"\x14\x03\x03\x00\x01\x01\x17\x03\x03\x08\x00"
                           + os.urandom(2048))
    read_all(connection, record)


def hangs_up(connection, record):
    read(connection, record, 5)
    while True:  # all of the flight, which may come in pieces
        connection.settimeout(0.3)
        try:
            data = connection.recv(65536)
        except TimeoutError:
            break
        if not data:
            break
        record += data
    shut(connection)


# proves TR-10, TR-13
def strangers(rig):
    """Whoever does not know the secret gets the first flight and not a byte more, whatever he answers."""
    jobs = []
    for mode in SECRETS:
        secret = SECRETS[mode]
        jobs += [(mode, secret, silent, ("timeout", "network", "proxy"), KEY)]
        jobs += [(mode, secret, hangs_up, ("timeout", "network", "proxy"), KEY)]
        jobs += [(mode, secret, garbage, ("protocol", "network", "proxy", "transport", "timeout"), KEY)]
    jobs += [("fake TLS", SECRETS["fake TLS"], forger, ("proxy",), KEY)]
    together(rig, jobs)


def together(rig, jobs):
    trouble = []

    def run(job):
        try:
            only_first_flight(rig, *job)
        except AssertionError as error:
            trouble.append("%s, %s: %s" % (job[0], job[2].__name__, error))
    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not trouble, "\n".join(trouble)


# proves TR-10, TR-11, TR-13
def wrong_secret(rig):
    """A proxy with another secret, that closes or keeps silent: it gets the first flight only, and lets nobody through."""
    for mode in SECRETS:
        for flags in ((), ("--silent",)):
            name = "refusing-%s%s" % (mode.replace(" ", "-"), "".join(flags))
            with Relay(rig.tgproxy(SECRETS[mode].hex(), name, flags)) as relay:
                rig.bot(proxy=link(relay.address, wrong(mode).hex()), flags=["--timeout", "6"]).failed(*GIVEN_UP)
                assert relay.records and "accepted" not in rig.log(name) and "refused" in rig.log(name), rig.log(name)
                for sent in relay.records:
                    assert first_flight(mode, sent, WRONG), (mode, bytes(sent).hex())
                assert not any(relay.answers), "the proxy answered"


# proves TR-13
def signed_in(rig):
    """A session that has a key and something to say does not say it to whoever does not know the secret."""
    session = ["--session", rig.path("session")]
    rig.bot(flags=session).signed_in()
    with Relay(rig.tgproxy(SECRETS["fake TLS"].hex())) as right, Server(forger) as stranger:
        rig.bot(proxy=link(right.address, SECRETS["fake TLS"].hex()), flags=session).signed_in()
        assert any(len(sent) > 1000 for sent in right.records)
        rig.bot(proxy=link(stranger.address, SECRETS["fake TLS"].hex()), flags=session).failed("proxy")
        rig.bot(proxy=link(right.address, wrong("fake TLS").hex()), flags=session + ["--timeout", "6"]).failed(*GIVEN_UP)
        for sent in stranger.records + [sent for sent in right.records if len(sent) < 700]:
            assert first_flight("fake TLS", sent, KEY), bytes(sent).hex()


# proves TR-11
def wrong_mode(rig):
    """The secret is right and the mode is not: nobody comes through."""
    for mode in SECRETS:
        address = rig.tgproxy(SECRETS[mode].hex(), "only-" + mode)
        for other in SECRETS:
            if other != mode and (mode, other) != ("plain", "padded"):  # which is allowed
                rig.bot(proxy=link(address, SECRETS[other].hex()), flags=["--timeout", "3"]).failed(*GIVEN_UP)
        assert "accepted" not in rig.log("only-" + mode)


# proves TR-13
def in_between(rig):
    """One bit of the proxy's answer is another: nothing is said to it."""
    address = rig.tgproxy(SECRETS["fake TLS"].hex())
    for at in (4, 11, 30, 42, 43, 60, 127, 130, 133, 140, 1000):
        with Relay(address, change=flipped(at)) as relay:
            rig.bot(proxy=link(relay.address, SECRETS["fake TLS"].hex()), flags=["--timeout", "6"]).failed(*GIVEN_UP)
            assert relay.records and all(first_flight("fake TLS", sent, KEY) for sent in relay.records), at


# proves TR-12
def fresh_hellos(rig):
    """Each hello is new, shows the domain, and has the size of a browser's."""
    seen = set()
    with Relay(rig.tgproxy(SECRETS["fake TLS"].hex())) as relay:
        for _ in range(8):
            rig.bot(proxy=link(relay.address, SECRETS["fake TLS"].hex())).signed_in()
        for sent in relay.records:
            hello = bytes(sent[:5 + int.from_bytes(sent[3:5], "big")])
            assert DOMAIN in hello and len(hello) >= 517 and hello[11:43] not in seen and hello[44:76] not in seen
            seen.update((hello[11:43], hello[44:76]))
    assert len(seen) >= 16


# proves TR-12, TR-13
def real_tls_server(rig):
    """The hello is one that a TLS server of others' takes for real; that one, not knowing the secret, gets nothing after it."""
    _, port = walls_direct.terminator(rig)
    with Relay("127.0.0.1:%d" % port) as relay:
        rig.bot(proxy=link(relay.address, SECRETS["fake TLS"].hex())).failed("proxy")
        assert len(relay.records) == 1 and first_flight("fake TLS", relay.records[0], KEY)
        answer = relay.answers[0]
        assert answer[0:3] == b"\x16\x03\x03" and answer[5] == 2, "no ServerHello: " + bytes(answer[:80]).hex()


# proves AP-4, TR-9
def migrate(rig):
    """The account lives elsewhere: the proxy is asked for that data centre."""
    config = rig.path("accounts.json", json.dumps({"users": [{"phone": "+15550003333", "code": "33333", "dc": 3}]}))
    dc = rig.start_json("tgdc3", [os.environ["TGDC"], "--state", rig.path("state3"), "--dcs", "3", "--config", config])
    rig.dc = {**dc["dcs"][1], "public_key": dc["public_key"], "dc": 2}
    for mode, secret in SECRETS.items():
        name = "tgproxy3-" + mode.replace(" ", "-")
        targets = [word for each in dc["dcs"] for word in ("--to", "%d=%s" % (each.get("dc") or each["id"], each["address"]))]
        address = rig.tgproxy(secret.hex(), name, targets[2:], targets[1])
        done = rig.tgcall(["login", "--phone", "+15550003333", "--code", "33333"], proxy=link(address, secret.hex())).signed_in()
        assert done.answer["phone"] == "15550003333"
        accepted(rig, [mode], [2, 3], name)
        assert "data centre 2" in rig.log(name) and "data centre 3" in rig.log(name)


def endpoint(rig):
    """The proxy of these tests itself: what it refuses, how it ends."""
    program = os.environ["TGPROXY"]
    for arguments in ([], ["--to", "127.0.0.1"], ["--to", "127.0.0.1:0"], ["--to", "x:1", "--secret", KEY.hex()],
                      ["--to", "127.0.0.1:1", "--secret", "dd"], ["--to", "0=127.0.0.1:1"], ["--to", "127.0.0.1:1", "more"]):
        assert subprocess.run([program, *arguments], capture_output=True, check=False, timeout=30).returncode == 2, arguments
    for how in (lambda child: child.terminate(), lambda child: child.stdin.close()):
        with subprocess.Popen([program, "--secret", KEY.hex(), "--to", rig.dc["address"], "--exit-with-stdin"], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
            address = json.loads(child.stdout.readline())["address"]
            rig.bot(proxy=link(address, KEY.hex())).signed_in()
            how(child)
            assert child.wait(30) == 0


# ---- clients that others wrote ----

def foreign(rig, client, modes, dcs=None):
    for mode in modes:
        secret = SECRETS[mode].hex()
        name = "tgproxy-" + mode.replace(" ", "-")
        address = rig.tgproxy(secret, name)
        if client == "tdlib":
            host, port = split(address)
            kind = {"@type": "proxyTypeMtproto", "secret": secret}
            rig.foreign(client, TGDC_PROXY=json.dumps({"server": host, "port": port, "type": kind}))
        else:
            rig.foreign(client, "obfuscated", TGDC_PROXY_URL=link(address, secret))
        accepted(rig, ["plain", "padded"] if mode == "plain" else [mode], dcs or [rig.dc["dc"]], name)


# proves TR-11, TR-13
def mtcute(rig):
    foreign(rig, "mtcute", SECRETS)


# proves TR-11, TR-13
def tdlib(rig):
    foreign(rig, "tdlib", SECRETS, [2, -2, 1, -1, 3, -3, 4, -4, 5, -5])


# proves TR-11
def telethon(rig):
    """Plain only: of padding it takes off what makes the packet no whole number of words, but not the rest."""
    foreign(rig, "telethon", ["plain"])


# proves TR-11
def gramjs(rig):
    """Plain only: with a dd secret it goes on in abridged framing, which proxies refuse."""
    foreign(rig, "gramjs", ["plain"])


TESTS = [plain, padded, tls, no_secret, dribble, strangers, wrong_secret, signed_in, wrong_mode, in_between, fresh_hellos,
         real_tls_server, migrate, endpoint]
FOREIGN = [mtcute, tdlib, telethon, gramjs]
