"""What the tests of server.py share: clients run against independent servers, and what may come of it."""
import os
import shutil
import ssl
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import server_api
from server_crypto import RsaKey, run
from server_dc import Server
from server_handshake import Handshake
from server_session import Session
from walls_rig import Outcome

NETWORK = ("network", "protocol", "transport", "handshake", "timeout", "uncertain")
BOT = ["login", "--bot-token", server_api.BOT]
USER = ["login", "--phone", "+" + server_api.PHONE, "--code", server_api.CODE, "--password", server_api.PASSWORD]
PATIENT = 40  # time-out of calls that are to succeed, on however busy a machine
SLACK = 60  # seconds that such a machine may add to a client's own time-out
AT_ONCE = 6


class Ended(Outcome):
    def __init__(self, command, done, seconds):
        super().__init__(command, done)
        self.seconds = seconds
        assert "Sanitizer" not in self.log and "runtime error" not in self.log and done.returncode in (0, 1, 3, 4), str(self)

    def done(self):
        assert self.status == 0, str(self)
        return self

    def refused(self, *classes):
        """It ended with a typed error of the network, that says something."""
        assert self.status == 3 and self.error.get("class") in (classes or NETWORK) and self.error.get("text"), str(self)
        return self

    def unreadable(self):
        """It ended because an answer, sealed as it should be, is not what the schema says."""
        assert self.status in (3, 4) and self.error.get("class") == "decode" and self.error.get("text"), str(self)
        return self

    def ended(self):
        """Either way."""
        if self.error.get("class") == "decode":
            return self.unreadable()
        return self.done() if self.status == 0 else self.answered() if self.status == 1 else self.refused()

    def answered(self):
        assert self.status == 1 and self.error.get("text"), str(self)
        return self


class Rig:
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="server.")
        self.rsa = RsaKey(self.dir)
        self.made, self.certificate = 0, os.path.join(self.dir, "tls.pem")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.dir, ignore_errors=True)

    def path(self, name):
        self.made += 1
        return os.path.join(self.dir, "%d.%s" % (self.made, name))

    def tls(self):
        """A context with a certificate for 127.0.0.1, which the client has to be told to trust."""
        key = self.path("key")
        run(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=dc",
             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", self.certificate])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        return context

    def server(self, handshake=Handshake, session=Session, api=server_api.Api, **options):
        return Server(self.rsa, api, handshake=handshake, session=session, **options)

    def tgcall(self, server, words, flags=(), seconds=PATIENT):
        """Runs it with that time-out for each call, and ends it, and the test, when it takes much longer."""
        command = [os.environ["TGCALL"], *words, "--dc", server.address, "--dc-id", str(server.dc % 10000), "--public-key", self.rsa.path,
                   "--api-id", str(server_api.API_ID), "--api-hash", server_api.API_HASH, "--timeout", str(seconds), *flags]
        begin = time.monotonic()
        home = {"XDG_CONFIG_HOME": tempfile.mkdtemp(dir=self.dir)}  # where it would keep a session is its own
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=3 * seconds + SLACK,
                              check=False, env={**os.environ, **home})
        return Ended(command, done, time.monotonic() - begin)


def clean(server):
    assert not server.faults, "the client departs from the protocol: %s" % server.faults[:12]


def all_of(jobs, at_once=AT_ONCE):
    """Runs functions {name: function} side by side; what fails is told together."""
    trouble = []

    def run(item):
        try:
            item[1]()
        except Exception as error:
            trouble.append("== %s: %s: %s" % (item[0], type(error).__name__, error))
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(run, jobs.items()))
    assert not trouble, "%d of %d:\n%s" % (len(trouble), len(jobs), "\n".join(trouble))


def wait_until(condition, seconds=PATIENT):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.01)
