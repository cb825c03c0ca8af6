"""What the tests of walls.py start: data centres, proxies, TLS terminators, clients. Everything listens on a free port of
127.0.0.1 and ends with the Rig that started it."""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PHONE, CODE, PASSWORD = "+15550001111", "12345", "correct-horse"
BOT = "123456:" + "A" * 35
API = ["--api-id", "1", "--api-hash", "0123456789abcdef0123456789abcdef"]
LIMIT = 150  # seconds that one client may take before it is killed, and the test with it


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(name):
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if not path:
        raise SystemExit(name + " is not installed; `scripts/bootstrap test` installs it")
    return path


def split(address):
    host, port = address.rsplit(":", 1)
    return host, int(port)


class Outcome:
    """What a run of tgcall came to."""

    def __init__(self, command, done):
        self.command, self.status, self.log = command, done.returncode, done.stderr
        try:
            self.answer = json.loads(done.stdout)
        except ValueError:
            self.answer = {}
        self.error = self.answer.get("error") or {}

    def __str__(self):
        return "%s\n  status %d, %s\n%s" % (" ".join(self.command), self.status, self.answer, self.log)

    def signed_in(self):
        assert self.status == 0 and self.answer.get("_") == "user" and self.answer.get("self"), str(self)
        assert "Sanitizer" not in self.log, str(self)
        return self

    def failed(self, *classes):
        """It ended by itself with one of these errors, that of no connection."""
        assert self.status == 3 and self.error.get("class") in classes and self.error.get("text"), str(self)
        assert "Sanitizer" not in self.log, str(self)
        return self


class Rig:
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="walls.")
        self.running = []
        self.dc = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.running):
            stop(process)
        shutil.rmtree(self.dir, ignore_errors=True)

    def path(self, name, text=None):
        """A path in the rig's folder, with that text in the file."""
        path = os.path.join(self.dir, name)
        if text is not None:
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
        return path

    def log(self, name):
        with open(self.path(name + ".log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def start(self, name, command, env=None, stdout=None):
        """Starts a program that dies with this one, even when this one is killed."""
        with open(self.path(name + ".log"), "ab") as log:
            process = subprocess.Popen([program("setpriv"), "--pdeathsig", "KILL", "--", program(command[0])] + command[1:],
                                       stdin=subprocess.DEVNULL, stdout=stdout or log, stderr=log,
                                       env={**os.environ, **(env or {})}, start_new_session=True)
        self.running.append(process)
        return process

    def start_on_port(self, name, make_command, env=None):
        """make_command(port) gives the command. Returns the port once somebody listens there."""
        for _ in range(5):
            port = free_port()
            process = self.start(name, make_command(port), env)
            for _ in range(400):
                if process.poll() is not None:
                    break  # the port was taken meanwhile
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        return port
                time.sleep(0.025)
            self.running.remove(process)
            stop(process)
        raise AssertionError("%s does not start:\n%s" % (name, self.log(name)))

    def start_json(self, name, command):
        """Starts a program that prints one line of JSON when it is ready; returns that."""
        process = self.start(name, command, stdout=subprocess.PIPE)
        line = process.stdout.readline()
        assert line, "%s does not start:\n%s" % (name, self.log(name))
        return json.loads(line)

    # ---- servers ----

    def tgdc(self):
        self.dc = self.start_json("tgdc", [os.environ["TGDC"], "--state", self.path("state"), "--user",
                                           ",".join((PHONE, CODE, PASSWORD)), "--bot", BOT])
        return self.dc["address"]

    def tgproxy(self, secret, name="tgproxy", flags=(), to=None):
        command = [os.environ["TGPROXY"], "--secret", secret, "--to", to or self.dc["address"]] + list(flags)
        return self.start_json(name, command)["address"]

    def redirected(self):
        """For proxies: what is asked to go to Telegram's own addresses goes to the local data centre."""
        return {"LD_PRELOAD": os.environ["REDIRECT"], "TGDC_PORT": str(split(self.dc["address"])[1])}

    def microsocks(self, user=None, password=None):
        login = ["-u", user, "-P", password] if user else []
        env = self.redirected()
        return self.start_on_port("microsocks", lambda port: ["microsocks", "-i", "127.0.0.1", "-p", str(port)] + login, env)

    def tinyproxy(self, user=None, password=None):
        login = "BasicAuth %s %s\n" % (user, password) if user else ""

        def command(port):
            conf = self.path("tinyproxy.conf", "Port %d\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 600\n%s" % (port, login))
            return ["tinyproxy", "-d", "-c", conf]
        return self.start_on_port("tinyproxy", command, self.redirected())

    def dante(self):
        def command(port):
            conf = self.path("dante.conf", DANTE % port)
            return ["danted", "-N", "1", "-f", conf, "-p", self.path("dante.pid")]
        return self.start_on_port("dante", command)

    def socks4a(self):
        return self.start_on_port("socks4a", lambda port: ["perl", os.path.join(HERE, "walls_socks4a.pl"), str(port)])

    def stunnel(self, to, certificate, name="stunnel"):
        def command(port):
            conf = self.path(name + ".conf", STUNNEL % (port, to, self.path(certificate + ".pem"), self.path(certificate + ".key")))
            return ["stunnel4", conf]
        return self.start_on_port(name, command)

    # ---- certificates ----

    def authority(self, name):
        """A certificate authority; returns the file to trust."""
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                     "-subj", "/CN=" + name, "-keyout", self.path(name + ".key"), "-out", self.path(name + ".pem"))
        return self.path(name + ".pem")

    def certificate(self, name, authority, alternatives):
        extensions = self.path(name + ".ext", "subjectAltName=%s\n" % alternatives)
        request = self.path(name + ".csr")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=" + name,
                     "-keyout", self.path(name + ".key"), "-out", request)
        self.openssl("x509", "-req", "-in", request, "-CA", self.path(authority + ".pem"), "-CAkey", self.path(authority + ".key"),
                     "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", self.path(name + ".pem"))

    def openssl(self, *arguments):
        done = subprocess.run(["openssl", *arguments], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()

    # ---- clients ----

    def tgcall(self, words, address=None, proxy=None, transport=None, flags=(), env=None):
        command = [os.environ["TGCALL"], *words, "--dc", address or self.dc["address"], "--dc-id", str(self.dc["dc"]),
                   "--public-key", self.dc["public_key"], *API, *flags]
        command += ["--proxy", proxy] if proxy else []
        command += ["--transport", transport] if transport else []
        # Each call signs in anew: where it would keep a session is its own.
        home = {"XDG_CONFIG_HOME": tempfile.mkdtemp(dir=self.dir)}
        return Outcome(command, subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT,
                                               check=False, env={**os.environ, **home, **(env or {})}))

    def bot(self, **options):
        return self.tgcall(["login", "--bot-token", BOT], **options)

    def user(self, **options):
        return self.tgcall(["login", "--phone", PHONE, "--code", CODE, "--password", PASSWORD], **options)

    def foreign(self, client, *arguments, **env):
        """Lets one of the clients that others wrote sign in. env: TGDC_PROXY_URL and such."""
        modules = os.environ["NODE_MODULES"]
        scripts = {"telethon": ["/usr/bin/python3", os.path.join(HERE, "telethon_client.py")],
                   "tdlib": ["/usr/bin/python3", os.path.join(HERE, "tdlib_client.py")],
                   "gramjs": ["node", os.path.join(HERE, "gramjs_client.js")],
                   "mtcute": ["node", self.path("mtcute.mjs")]}
        if client == "mtcute" and not os.path.exists(self.path("mtcute.mjs")):  # modules are found from the script's own folder
            shutil.copy(os.path.join(HERE, "mtcute_client.mjs"), self.path("mtcute.mjs"))
            os.symlink(modules, self.path("node_modules"))
        environment = {**os.environ, "TGDC_ADDRESS": self.dc["address"], "TGDC_DC": str(self.dc["dc"]),
                       "TGDC_KEY": self.dc["public_key"], "TGDC_PHONE": PHONE, "TGDC_CODE": CODE, "TGDC_PASSWORD": PASSWORD,
                       "TGDC_BOT": BOT, "NODE_PATH": modules,
                       "TDLIB": os.path.join(modules, "@prebuilt-tdlib/linux-x64-glibc/libtdjson.so"), **env}
        done = subprocess.run(scripts[client] + list(arguments), env=environment, capture_output=True, text=True, timeout=LIMIT,
                              stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == 0, "%s:\n%s\n%s\ntgdc:\n%s" % (client, done.stdout, done.stderr, self.log("tgdc")[-2000:])


def group_is_there(process):
    process.poll()
    try:
        os.killpg(process.pid, 0)
        return True
    except ProcessLookupError:
        return False


def stop(process):
    """Ends a program and what it forked: the process group is its own."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if group_is_there(process):
            os.killpg(process.pid, sign)
        end = time.monotonic() + 5
        while group_is_there(process) and time.monotonic() < end:
            time.sleep(0.01)
    process.wait()
    if process.stdout:
        process.stdout.close()


DANTE = """logoutput: stderr
internal: 127.0.0.1 port = %d
external: 127.0.0.1
clientmethod: none
socksmethod: none
client pass {
  from: 127.0.0.0/8 to: 0.0.0.0/0
}
socks pass {
  from: 127.0.0.0/8 to: 0.0.0.0/0
  protocol: tcp
  log: error connect iooperation
}
"""

STUNNEL = """foreground = yes
pid =
syslog = no
[tls]
accept = 127.0.0.1:%d
connect = %s
cert = %s
key = %s
"""
