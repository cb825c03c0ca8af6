"""What the tests of the programs share: a tgdc of their own, and a way to run things."""
import atexit
import fcntl
import json
import os
import pty
import resource
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import termios
import unittest

TGCALL, TGDC, SIGN_IN = (os.environ[name] for name in ("TGCALL", "TGDC", "SIGN_IN"))
BOT = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
OK, RPC, USAGE, NETWORK, LOCAL = range(5)  # exit statuses


class Result:
    def __init__(self, process):
        self.status = process.returncode
        self.bytes = process.stdout
        self.out = process.stdout.decode("utf-8", "replace")
        self.err = process.stderr.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.out)


HOMES = tempfile.mkdtemp(prefix="tgcall-homes")
atexit.register(shutil.rmtree, HOMES)


def clean_environment(**more):
    """With a folder for configuration that is empty yet: nobody's own sessions, and none of another test."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("TGCALL_")}
    env.update(TGCALL_API_ID="1", TGCALL_API_HASH="0123456789abcdef0123456789abcdef",
               XDG_CONFIG_HOME=tempfile.mkdtemp(dir=HOMES))
    env.update(more)
    return env


def run(*words, stdin=b"", env=None, program=TGCALL):
    if isinstance(stdin, str):
        stdin = stdin.encode()
    return Result(subprocess.run([program, *words], input=stdin, capture_output=True, timeout=120,
                                 env=env or clean_environment()))


class DataCentre:
    def __init__(self, config, dcs=1):
        self.dir = tempfile.mkdtemp(prefix="tgcall")
        path = self.path("config")
        with open(path, "w") as file:
            json.dump(config, file)
        self.log = open(self.path("log"), "w")
        self.process = subprocess.Popen(
            [TGDC, "--listen", "127.0.0.1:0", "--state", self.path("dc"), "--config", path,
             "--dcs", str(dcs), "--verbose", "--exit-with-stdin"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log)
        ready = json.loads(self.process.stdout.readline())
        self.address, self.dc, self.key = ready["address"], str(ready["dc"]), ready["public_key"]
        self.control = socket.socket(socket.AF_UNIX)
        self.control.connect(ready["control"])

    def path(self, name):
        return os.path.join(self.dir, name)

    def server(self, session=None):
        words = ["--dc", self.address, "--dc-id", self.dc, "--public-key", self.key]
        return words + (["--session", self.path(session)] if session else [])

    def command(self, **command):
        self.control.sendall(json.dumps(command).encode() + b"\n")
        answer = json.loads(self.control.makefile().readline())
        assert answer["ok"], answer

    def code(self, to):
        with open(os.path.join(self.dir, "dc", "outbox")) as file:
            mails = [json.loads(line) for line in file]
        return [mail["code"] for mail in mails if mail["to"] == to][-1]

    def calls(self, method):
        with open(self.path("log")) as file:
            return sum(line.rstrip().endswith(": " + method) for line in file)

    def stop(self):
        self.control.close()
        self.process.stdin.close()
        assert self.process.wait(30) == 0
        self.process.stdout.close()
        self.log.close()
        shutil.rmtree(self.dir)


class TestCase(unittest.TestCase):
    config = {}
    dcs = 1
    dc = None

    @classmethod
    def setUpClass(cls):
        cls.dc = DataCentre(cls.config, cls.dcs)
        cls.addClassCleanup(cls.dc.stop)

    def call(self, command, *words, session="me", stdin=b"", **env):
        """tgcall on this data centre, with a session of that name; None: without any."""
        return run(command, *words, *self.dc.server(session), stdin=stdin,
                   env=clean_environment(**env))

    def works(self, *words, **options):
        return self.ends(OK, self.call(*words, **options)).json()

    def ends(self, status, result):
        self.assertEqual(result.status, status, result.err)
        for line in result.err.splitlines():
            self.assertNotIn("Sanitizer", line)
            self.assertNotIn("runtime error", line)
        return result

    def fails(self, name, *words, **options):
        """An RPC error of that name: status 1, said on both streams."""
        result = self.ends(RPC, self.call(*words, **options))
        self.assertEqual(result.json()["error"]["name"], name)
        self.assertIn(name.replace("%d", "").replace("%s", ""), result.err)
        return result


def interrupted(words, steps, env=None, number=None):
    """Types the keys of each (prompt, keys) on a terminal, and sends the signal of that number after
    the last. Returns the signal that ended tgcall, and whether the terminal echoes afterwards."""
    near, far = pty.openpty()

    def begin():
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    process = subprocess.Popen([TGCALL, *words], stdin=far, stdout=far, stderr=far,
                               env=env or clean_environment(), start_new_session=True,
                               preexec_fn=begin)
    for prompt, keys in steps:
        shown = b""
        while prompt.encode() not in shown:
            assert select.select([near], [], [], 30)[0], shown
            shown += os.read(near, 4096)
        os.write(near, keys)
    if number is not None:
        process.send_signal(number)
    status = process.wait(30)
    echo = bool(termios.tcgetattr(far)[3] & termios.ECHO)
    os.close(near)
    os.close(far)
    return -status, echo


def on_terminal(words, answers, env=None):
    """Runs tgcall on a terminal and types each answer after its prompt. Returns status and all that
    the terminal showed."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(TGCALL, [TGCALL, *words], env or clean_environment())
    shown = b""
    for prompt, answer in answers + [(None, None)]:
        start = len(shown)
        while prompt is None or prompt.encode() not in shown[start:]:
            try:
                silent = not select.select([fd], [], [], 30)[0]
                chunk = b"" if silent else os.read(fd, 4096)
            except OSError:
                chunk, silent = b"", False
            if silent:
                os.kill(pid, signal.SIGKILL)
            shown += chunk
            if not chunk:
                break
        if answer is not None:
            os.write(fd, answer.encode() + b"\n")
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode("utf-8", "replace")
