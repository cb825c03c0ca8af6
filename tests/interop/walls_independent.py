"""Our client, and TDLib, through an MTProxy that shares no code with them: each mode on its own, right and wrong secrets, records of
every size, answers that dribble, stop, are forged or are nonsense."""
import base64
import json
import os
import socket
from concurrent.futures import ThreadPoolExecutor

from walls_mtproxy import GIVEN_UP, KEY, SECRETS, WRONG, first_flight, link, wrong
from walls_relay import Relay, flipped
from walls_rig import HERE, split

SHORT = {"plain": "plain", "padded": "dd", "fake TLS": "ee"}
# Behind a plain secret what has no tag of its own goes as intermediate: a proxy may know no padding.
GIVEN = {"plain": {"abridged": "abridged", "padded": "padded", "intermediate": "intermediate", "full": "intermediate",
                   "ws": "intermediate", "http": "intermediate"}}
HANDSHAKE = 127 + 6 + 5  # bytes of a fake TLS answer before what passes for a certificate


def proxy(rig, mode, *flags, name="independent"):
    command = ["/usr/bin/python3", os.path.join(HERE, "walls_independent_mtproxy.py"), "--secret", SECRETS[mode].hex(),
               "--to", rig.dc["address"], *flags]
    return rig.start_json(name, command)["address"]


def said(rig, name="independent"):
    return [line for line in rig.log(name).splitlines() if line.startswith(("accepted", "refused"))]


def together(attempt, jobs):
    """Each job on its own, many at a time; all that went wrong is told."""
    trouble = []

    def run(job):
        try:
            attempt(job)
        except AssertionError as error:
            trouble.append("%s: %s" % (job, error))
    with ThreadPoolExecutor(24) as pool:
        list(pool.map(run, jobs))
    assert not trouble, "\n".join(trouble)


def spellings(secret):
    url = base64.urlsafe_b64encode(secret).decode()
    return [secret.hex(), secret.hex().upper(), url, url.rstrip("="), base64.b64encode(secret).decode().replace("+", "%2B")]


def each_way(rig, mode):
    """Every spelling of the secret, every framing; a user with a password, and a bot."""
    address = proxy(rig, mode)
    secret = SECRETS[mode]
    rig.user(proxy=link(address, secret.hex())).signed_in()
    for spelling in spellings(secret):
        rig.bot(proxy=link(address, spelling)).signed_in()
        rig.bot(proxy=link(address, spelling).replace("tg://", "https://t.me/")).signed_in()
    for transport in ("abridged", "intermediate", "padded", "full", "ws", "http"):
        rig.bot(proxy=link(address, secret.hex()), transport=transport).signed_in()
        framing = GIVEN.get(mode, {}).get(transport, "padded")
        assert said(rig)[-1] == "accepted: %s, %s, data centre %d" % (SHORT[mode], framing, rig.dc["dc"]), said(rig)[-1]
    assert all(line.startswith("accepted") for line in said(rig)), said(rig)
    done = rig.tgcall(["invoke", "help.getConfig"], env={"TGCALL_PROXY": link(address, secret.hex())})
    assert done.status == 0 and done.answer["_"] == "config", str(done)


# proves TR-1, TR-2, TR-9, TR-10, TR-11
def plain(rig):
    each_way(rig, "plain")


# proves TR-2, TR-9, TR-10, TR-11
def padded(rig):
    each_way(rig, "padded")


# proves TR-11, TR-12, TR-13
def tls(rig):
    each_way(rig, "fake TLS")


# proves TR-10, TR-13
def files(rig):
    """Files go both ways, in records of any size."""
    content = os.urandom(400000)
    for mode in SECRETS:
        for size in ("16384", "0") if mode == "fake TLS" else ("16384",):
            name = "independent-%s-%s" % (SHORT[mode], size)
            through = link(proxy(rig, mode, "--record", size, name=name), SECRETS[mode].hex())
            session = ["--session", rig.path("session-" + name)]
            rig.user(proxy=through, flags=session).signed_in()
            with open(rig.path("content"), "wb") as file:
                file.write(content)
            done = rig.tgcall(["upload", rig.path("content"), "--send"], proxy=through, flags=session)
            assert done.status == 0, str(done)
            number = next(update["id"] for update in done.answer["updates"] if update["_"] == "updateMessageID")
            done = rig.tgcall(["download", str(number), rig.path("copy")], proxy=through, flags=session)
            assert done.status == 0, str(done)
            with open(rig.path("copy"), "rb") as file:
                assert file.read() == content
            assert all(line.startswith("accepted") for line in said(rig, name)), said(rig, name)


# proves TR-13
def records(rig):
    """Answers in records of one byte each, and of any number."""
    for size in ("1", "0", "97"):
        address = proxy(rig, "fake TLS", "--record", size, name="independent-" + size)
        rig.user(proxy=link(address, SECRETS["fake TLS"].hex())).signed_in()


SPOKEN = {("abridged", False): "abridged", ("intermediate", False): "intermediate", ("padded", False): "padded",
          ("full", False): "full", ("abridged", True): "obfuscated abridged", ("intermediate", True): "obfuscated intermediate",
          ("padded", True): "obfuscated padded", ("full", True): "obfuscated padded", ("ws", False): "WebSocket obfuscated padded",
          ("http", False): "HTTP"}


# proves TR-1, TR-2, TR-3, TR-9, TR-10, TR-14
def server(rig):
    """Every transport with a server that shares no code with us and checks what it gets: signing in, and a file both ways; answers
    whole and in small pieces."""
    content = os.urandom(100000)
    with open(rig.path("content"), "wb") as file:
        file.write(content)
    starts = {piece: rig.start_json("server-%d" % piece, ["/usr/bin/python3", os.path.join(HERE, "walls_independent_server.py"), "--to",
                                                          rig.dc["address"], "--piece", str(piece)])["address"] for piece in (0, 7)}

    def attempt(job):
        (transport, obfuscated), piece = job
        own = rig.path("-".join((transport, str(obfuscated), str(piece))))
        options = {"address": starts[piece], "transport": transport,
                   "flags": ["--obfuscated"] * obfuscated + ["--session", own + ".session", "--timeout", "60"]}
        rig.user(**options).signed_in()
        done = rig.tgcall(["upload", rig.path("content"), "--send"], **options)
        assert done.status == 0, str(done)
        number = next(update["id"] for update in done.answer["updates"] if update["_"] == "updateMessageID")
        done = rig.tgcall(["download", str(number), own + ".copy"], **options)
        assert done.status == 0, str(done)
        with open(own + ".copy", "rb") as file:
            assert file.read() == content
    together(attempt, [(way, piece) for way in SPOKEN for piece in starts])
    for piece in starts:
        lines = rig.log("server-%d" % piece).splitlines()
        assert set(lines) == {"transport: " + name for name in SPOKEN.values()}, sorted(set(lines))


# proves TR-4, TR-13
def dribble(rig):
    """Every byte on its own, both ways."""
    for mode, secret in SECRETS.items():
        with Relay(proxy(rig, mode, name="independent-" + SHORT[mode]), dribble=True, dribble_there=True) as relay:
            rig.bot(proxy=link(relay.address, secret.hex())).signed_in()


# proves TR-12
def hellos(rig):
    """Each hello is one that the proxy takes for a browser's (it says so for each), is new, and has its own order of extensions."""
    address = proxy(rig, "fake TLS")
    with Relay(address) as relay:
        for _ in range(24):
            rig.bot(proxy=link(relay.address, SECRETS["fake TLS"].hex())).signed_in()
        randoms = {bytes(sent[11:43]) for sent in relay.records} | {bytes(sent[44:76]) for sent in relay.records}
        assert len(randoms) == 2 * len(relay.records)
    seen = [line for line in rig.log("independent").splitlines() if line.startswith("hello")]
    orders = {line.split("extensions ")[1] for line in seen}
    assert len(seen) >= 24 and len(orders) == len(seen), seen
    assert all(int(line.split()[1]) > 1700 for line in seen), seen  # with a post-quantum key share
    assert all(line.startswith("accepted") for line in said(rig)), said(rig)


# proves TR-12
def old(rig):
    """A proxy of the time when hellos had 517 bytes refuses today's; the next attempt brings such a one, and gets through."""
    for mode in ((), ("--silent",)):
        name = "old" + "".join(mode)
        address = proxy(rig, "fake TLS", "--old", *mode, name=name)
        rig.bot(proxy=link(address, SECRETS["fake TLS"].hex())).signed_in()
        assert said(rig, name)[0].startswith("refused: a hello of another size"), said(rig, name)
        assert said(rig, name)[-1].startswith("accepted") and "hello: 517 bytes" in rig.log(name), rig.log(name)


# proves TR-12
def replay(rig):
    """The proxy refuses a hello that it has seen: what this client sends, it sends once."""
    address = proxy(rig, "fake TLS")
    with Relay(address) as relay:
        rig.bot(proxy=link(relay.address, SECRETS["fake TLS"].hex())).signed_in()
        hello = bytes(relay.records[0][:5 + int.from_bytes(relay.records[0][3:5], "big")])
    with socket.create_connection(split(address)) as connection:
        connection.sendall(hello)
        assert connection.recv(100) == b""
    assert said(rig)[-1] == "refused: a hello for the second time", said(rig)


# proves TR-12
def clocks(rig):
    """A proxy whose clock is some minutes ahead lets us in; one that finds our hello too old, or of the future, does not."""
    secret = SECRETS["fake TLS"]
    rig.bot(proxy=link(proxy(rig, "fake TLS", "--skew", "300", name="ahead"), secret.hex())).signed_in()
    for skew in (-100, 86400):
        name = "off%d" % skew
        with Relay(proxy(rig, "fake TLS", "--skew", str(skew), name=name)) as relay:
            rig.bot(proxy=link(relay.address, secret.hex()), flags=["--timeout", "4"]).failed(*GIVEN_UP)
            assert "refused: clock off" in rig.log(name) and "accepted" not in rig.log(name), rig.log(name)
            assert all(first_flight("fake TLS", sent, KEY) for sent in relay.records)


# proves TR-10, TR-11, TR-13
def wrong_secret(rig):
    """Another secret, another domain, another mode: the proxy gets the first flight and lets nobody through."""
    others = [(mode, wrong(mode), mode, WRONG) for mode in SECRETS]
    others += [("fake TLS", b"\xee" + KEY + b"other.example.org", "fake TLS", KEY), ("padded", SECRETS["plain"], "plain", KEY),
               ("fake TLS", SECRETS["padded"], "padded", KEY), ("plain", SECRETS["fake TLS"], "fake TLS", KEY)]
    jobs = [(number, *other, flags) for number, other in enumerate(others) for flags in ((), ("--silent",))]

    def attempt(job):
        number, mode, secret, spoken, key, flags = job
        name = "refusing-%d%s" % (number, "".join(flags))
        with Relay(proxy(rig, mode, *flags, name=name)) as relay:
            outcome = rig.bot(proxy=link(relay.address, secret.hex()), flags=["--timeout", "60"])
            outcome.failed("proxy", "timeout") if flags else outcome.failed("proxy")
            assert relay.records and not any(relay.answers) and "accepted" not in rig.log(name), rig.log(name)
            assert all(first_flight(spoken, sent, key) for sent in relay.records), (mode, spoken, relay.records)
    together(attempt, jobs)


# proves TR-13
def forged(rig):
    """A proxy that answers in form, without knowing the secret, gets the hello alone, once."""
    with Relay(proxy(rig, "fake TLS", "--forge")) as relay:
        rig.bot(proxy=link(relay.address, SECRETS["fake TLS"].hex())).failed("proxy")
        assert len(relay.records) == 1 and first_flight("fake TLS", relay.records[0], KEY)
        assert len(relay.answers[0]) > 1000


# proves TR-13
def middle(rig):
    """Somebody in between who changes one bit, anywhere in the answer, is told nothing more."""
    address = proxy(rig, "fake TLS")

    def attempt(at):
        with Relay(address, change=flipped(at)) as relay:
            rig.bot(proxy=link(relay.address, SECRETS["fake TLS"].hex()), flags=["--timeout", "4"]).failed(*GIVEN_UP)
            assert relay.records and all(first_flight("fake TLS", sent, KEY) for sent in relay.records), "it was told more"
    together(attempt, [*range(HANDSHAKE), 500, 1000, 1599])


def stops(rig, then, places, seconds):
    """The answer of a fake TLS proxy stops after so many bytes."""
    address = proxy(rig, "fake TLS")

    def attempt(at):
        with Relay(address, cut=(at, then)) as relay:
            rig.bot(proxy=link(relay.address, SECRETS["fake TLS"].hex()), flags=["--timeout", str(seconds)]).failed(*GIVEN_UP)
            assert relay.records and all(first_flight("fake TLS", sent, KEY) for sent in relay.records), "it was told more"
    together(attempt, places)


# proves TR-13, TR-15
def stops_closed(rig):
    stops(rig, "close", [*range(HANDSHAKE), 300, 1000, 1500], 3)


# proves TR-13, TR-15
def stops_silent(rig):
    stops(rig, "silence", [*range(0, HANDSHAKE, 3), 1000], 2)


# proves TR-13
def stops_noise(rig):
    stops(rig, "noise", [*range(0, HANDSHAKE, 2), 1000], 3)


# proves TR-12, TR-13
def tdlib(rig):
    """The proxy takes Telegram's own client too."""
    for mode, secret in SECRETS.items():
        name = "independent-" + SHORT[mode]
        host, port = split(proxy(rig, mode, name=name))
        kind = {"@type": "proxyTypeMtproto", "secret": secret.hex()}
        rig.foreign("tdlib", TGDC_PROXY=json.dumps({"server": host, "port": port, "type": kind}))
        assert said(rig, name) and all(line.startswith("accepted") for line in said(rig, name)), said(rig, name)


TESTS = [plain, padded, tls, files, records, server, dribble, hellos, old, replay, clocks, wrong_secret, forged, middle, stops_closed,
         stops_silent, stops_noise]
FOREIGN = [tdlib]
