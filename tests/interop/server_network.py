"""Connections that break, stall, or carry nonsense: cut after any byte of a sign-in either way, one byte at a time, silence,
changed bits, packets whose length lies, transport errors."""
import os
import struct

from server_dc import Link
from server_rig import BOT, PATIENT, USER, all_of, clean
from server_session import Session
from server_wire import Faults

STRIDE = int(os.environ.get("SERVER_STRIDE", "0"))  # cuts after every so many bytes instead of at some places; 1 takes an hour


class Thin(Session):
    """Little padding, so that there are few bytes to cut at."""

    def seal(self, msg_id, seqno, body, **options):
        return super().seal(msg_id, seqno, body, **{"padding": 12 + (-len(body) - 44) % 16, **options})


def sign_in(rig, words, flags, **faults):
    """Returns the server and the outcome of a sign-in through a network that has these faults."""
    with rig.server(session=Thin, faults=Faults(**faults)) as server:
        server.pfs = "--pfs" in flags
        outcome = rig.tgcall(server, words, flags)
        assert server.api.executed["auth.sendCode"] <= 1, "the code was asked for %d times" % server.api.executed["auth.sendCode"]
        clean(server)
        return server, outcome


def places(size, count):
    """All of the first bytes, which are the transport's, and so many of the others."""
    if STRIDE:
        return range(1, size, STRIDE)
    return sorted({1, 2, 3, 4, 8, 64, size - 1} | {size * n // count for n in range(1, count)})


def cuts(rig, words, flags, count):
    server, outcome = sign_in(rig, words, flags)
    outcome.signed_in()
    sizes = {"cut_in": server.network.read, "cut_out": server.network.written}

    def job(way, at):
        def run():
            server, outcome = sign_in(rig, words, flags, **{way: at})
            outcome.signed_in()
            assert server.network.cuts == 1 or at > sizes[way] * 0.9, "it was never cut"
        return run
    all_of({"%s after %d of %d" % (way, at, size): job(way, at) for way, size in sizes.items() for at in places(size, count)}, 24)


# proves MS-8, KX-15, RB-5
def cuts_of_a_bot(rig):
    """Another connection takes over where the first was cut."""
    cuts(rig, BOT, [], 20)


# proves MS-8, PF-5
def cuts_with_forward_secrecy(rig):
    cuts(rig, BOT, ["--pfs"], 16)


# proves MS-8, ER-4
def cuts_of_a_user(rig):
    """The client gets there without asking for a second code: it asks what became of its request first."""
    cuts(rig, USER, ["--transport", "full"], 20)


# proves TR-4
def dribble(rig):
    def job(flags):
        def run():
            sign_in(rig, BOT, flags, dribble=True)[1].signed_in()
        return run
    all_of({" ".join(flags): job(list(flags)) for flags in (
        ["--transport", "abridged"], ["--transport", "intermediate"], ["--transport", "padded", "--pfs"], ["--transport", "full"],
        ["--obfuscated"], ["--transport", "http"])})


# ---- wrong bytes ----

class Broken(Faults):
    """One bit of what the server says is wrong."""

    def __init__(self, at):
        super().__init__()
        self.at = at

    def change(self, data, first):
        if not first <= self.at < first + len(data):
            return data
        at = self.at - first
        return data[:at] + bytes([data[at] ^ 1 << self.at % 8]) + data[at + 1:]


# proves EN-7, KX-5, TR-3, RB-4
def flipped_bits(rig):
    """In the middle of any packet: another connection gets the client there, or it says what was wrong."""
    def job(flags, at):
        def run():
            with rig.server(session=Thin, faults=Broken(at)) as server:
                rig.tgcall(server, BOT, flags, seconds=6).ended()
        return run
    jobs = {}
    for flags in (["--transport", "full"], ["--transport", "abridged"], ["--transport", "http"], ["--obfuscated"]):
        jobs.update({"%s, byte %d" % (flags[-1], at): job(flags, at) for at in
                     list(range(0, 12, 3)) + list(range(12, 1800, 149))})
    all_of(jobs, 24)


def wrong_frames(answer, after):
    """After so many packets, answers come as answer(link, packet) has it."""
    class Wrong(Link):
        def send_packet(self, packet):
            self.server.forgeries += 1
            if self.server.forgeries <= after:
                super().send_packet(packet)
            else:
                answer(self, packet)
    return Wrong


def raw(data):
    return lambda link, packet: link.wire.write(data)


FRAMES = {
    "abridged": [b"\x00", b"\x7f\x00\x00\x00", b"\x7f\xff\xff\xff", b"\x01\x00", b"\x01" + bytes(4), b"\xff" * 64],
    "intermediate": [bytes(4), b"\xff\xff\xff\x7f", b"\xff" * 4, b"\x04" + bytes(7), b"\x03" + bytes(6), b"\x00\x00\x00\x80" * 9],
    "padded": [bytes(4), b"\xff\xff\xff\x7f", b"\xfc\xff\xff\xff", b"\x10" + bytes(19), b"\x0f" + bytes(18)],
    "full": [bytes(12), b"\x0b" + bytes(11), b"\xff" * 12, b"\x10" + bytes(15), b"\x0c" + bytes(11), b"\xff\xff\xff\x7f" + bytes(8)],
    "ws": [b"\x82\x7f" + b"\xff" * 8, b"\x82\x7f\x7f" + b"\xff" * 7, b"\x82\x84" + bytes(8), b"\xc2\x04" + bytes(4), b"\x83\x00",
           b"\x09\x00", b"\x89\x7e\x01\x00" + bytes(256), b"\x80\x00", b"\x02\x01x\x82\x01x", b"\x88\x00", b"\x88\x01x",
           b"\x82\x00" * 300 + b"\x88\x02\x03\xe8", b"\x81\x04abcd"],
    "http": [b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
             b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 500 No\r\n\r\n", b"\r\n\r\n", b"HTTP/9 x\r\n\r\n",
             b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 8\r\n\r\nabcdefgh", b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n"],
}


# proves TR-1, TR-2, TR-3, TR-4, TR-6
def frames_that_lie(rig):
    def job(transport, data, after):
        def run():
            with rig.server(link=wrong_frames(raw(data), after)) as server:
                rig.tgcall(server, BOT, ["--transport", transport], seconds=5).refused()
        return run
    all_of({"%s %s after %d" % (transport, data[:24], after): job(transport, data, after)
            for transport, all_data in FRAMES.items() for data in all_data for after in (0, 4)}, 30)


# proves TR-6, KX-15, PF-2
def transport_errors(rig):
    """In the key exchange and after it, once and for ever, whatever the number is."""
    def job(code, after, times, flags):
        def answer(link, packet):
            if link.server.forgeries > after + times:
                Link.send_packet(link, packet)
            elif link.framing.is_http:
                link.framing.write_error(abs(code))
            else:
                link.framing.write_packet(struct.pack("<i", code))

        def run():
            with rig.server(link=wrong_frames(answer, after)) as server:
                outcome = rig.tgcall(server, BOT, flags, seconds=PATIENT if times == 1 else 8)
                if times == 1 and code in (-404, -429):
                    outcome.signed_in()
                elif times > 1:
                    outcome.refused()
                else:
                    outcome.ended()
                assert len(server.links) <= 20, "%d connections" % len(server.links)
        return run
    jobs = {}
    for after in (0, 1, 2, 3, 4, 6):
        for code in (-404, -429, -444):
            jobs["%d after %d, once" % (code, after)] = job(code, after, 1, [])
    for code in (-404, -429, -444, -403, -1, 0, 1, 404, -0x80000000):
        for after in (0, 3):
            jobs["%d after %d, for ever" % (code, after)] = job(code, after, 1 << 30, [["--pfs"], ["--transport", "padded"]][after == 0])
    for code in (-404, -429, -444, -403):
        jobs["%d over HTTP" % code] = job(code, 2, 1 << 30, ["--transport", "http"])
    all_of(jobs, 30)


# proves EN-8, TR-6, KX-5
def cut_packets(rig):
    """Each of the first answers once too short, in a frame that fits: the client starts again, and gets there."""
    def job(number, size):
        class Short(Link):
            def send_packet(self, packet):
                self.server.forgeries += 1
                super().send_packet(packet[:size] if self.server.forgeries == number else packet)

        def run():
            with rig.server(link=Short, session=Thin) as server:
                outcome = rig.tgcall(server, BOT, ["--pfs"] * (size % 8 == 0)).ended()
                assert outcome.status == 0 or size < 24, str(outcome)  # four bytes and a few more are a transport error
        return run
    all_of({"answer %d to %d bytes" % (number, size): job(number, size) for number in (1, 2, 3, 4, 6)
            for size in (4, 8, 20, 24, 28, 40, 60, 72, 88)}, 24)


class Repeating(Link):
    """Says everything twice, in the key exchange as well."""

    def send_packet(self, packet):
        super().send_packet(packet)
        super().send_packet(packet)


def early(data):
    class Early(Link):
        """Speaks before it is asked."""

        def run(self):
            self.wire.connection.sendall(data)
            super().run()
    return Early


# proves RB-5, KX-5, TR-7
def bad_manners(rig):
    def job(link, seconds):
        def run():
            with rig.server(link=link) as server:
                rig.tgcall(server, BOT, seconds=seconds).ended()
        return run
    jobs = {"twice": job(Repeating, 8)}
    for name, data in (("an error", b"\x04\0\0\0\x6c\xfe\xff\xff"), ("noise", os.urandom(64)), ("zeros", bytes(4096)),
                       ("a page", b"HTTP/1.1 400 Bad Request\r\n\r\n<html>"), ("much", os.urandom(1 << 20)),
                       ("a plain message", b"\x28\0\0\0" + bytes(8) + os.urandom(32))):
        jobs[name + " before it is asked"] = job(early(data), 5)
    all_of(jobs, 12)


def mute(after):
    return wrong_frames(lambda link, packet: None, after)


# proves RB-5, KX-15
def silence(rig):
    """Nothing comes any more: each call ends when its time is over."""
    def job(after, transport):
        def run():
            with rig.server(link=mute(after)) as server:
                rig.tgcall(server, BOT, ["--transport", transport], seconds=4).refused("timeout", "network", "handshake")
        return run
    all_of({"after %d, %s" % (after, transport): job(after, transport) for after in (0, 1, 2, 3, 5) for transport in
            ("full", "padded", "http")}, 30)


TESTS = [cuts_of_a_bot, cuts_with_forward_secrecy, cuts_of_a_user, dribble, flipped_bits, frames_that_lie, transport_errors,
         cut_packets, bad_manners, silence]
