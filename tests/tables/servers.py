#!/usr/bin/env python3
"""Databases of sessions for a test: real servers on loopback, in a folder of their own, that end with the test.

    servers.py KIND PROGRAM [WORD]...     KIND: sqlite, postgresql, redis

PROGRAM finds the URL in TABLE_URL (and the password alone in TABLE_PASSWORD), and in TABLE_CONTROL two descriptors "IN,OUT": it writes
lines to OUT and reads a line from IN when it is done: restart (all that was committed stays), cut (all connections), stop, start, pause (the
server is there and says nothing) and continue. As a module: Server(KIND) in a `with`.
"""
import ctypes
import glob
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PASSWORD = "pass@word:1/2"
ENCODED = "pass%40word%3A1%2F2"
PATIENCE = 120  # seconds until a server is there, on a machine that has much else to do
WITHOUT_MASK = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "REDISCLI"))}


def program_of(name):
    """Debian keeps PostgreSQL's programs out of the path."""
    places = sorted(glob.glob("/usr/lib/postgresql/*/bin/" + name), reverse=True)
    return shutil.which(name) or (places[0] if places else None)


def missing(kind):
    needed = {"sqlite": (), "postgresql": ("initdb", "postgres"), "redis": ("redis-server",)}[kind]
    return [name for name in needed if not program_of(name)]


def somebody():
    """Servers are nobody's who is root: as whom else they run."""
    if os.getuid() != 0:
        return {}
    for name in "postgres", "redis", "nobody":
        try:
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        except KeyError:
            pass
    return {}


def free_port():
    """One that stays free while the server is down: below those that the system gives to connections."""
    for _ in range(200):
        port = random.randrange(15000, 32000)
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass
    raise RuntimeError("there is no free port")


def end_with_parent():
    """Also where this program is killed, by a time limit say."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG


class Server:
    def __init__(self, kind):
        self.kind, self.process = kind, None
        self.folder = tempfile.mkdtemp(prefix="tlgen-tables-")
        self.user = somebody()
        if self.user:
            os.chown(self.folder, self.user["user"], self.user["group"])
        self.password = PASSWORD
        self.port = free_port()

    @property
    def url(self):
        return {"sqlite": "sqlite:" + os.path.join(self.folder, "accounts.db"),
                "postgresql": f"postgresql://tester:{ENCODED}@127.0.0.1:{self.port}/postgres",
                "redis": f"redis://:{ENCODED}@127.0.0.1:{self.port}/1"}[self.kind]

    def __enter__(self):
        try:
            if self.kind == "postgresql":
                self.make_cluster()
            self.start(new_ports=True)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.end(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def file(self, name):
        return os.path.join(self.folder, name)

    def log(self):
        try:
            with open(self.file("log"), encoding="utf-8", errors="replace") as file:
                return file.read()[-4000:]
        except OSError:
            return ""

    def make_cluster(self):
        with open(self.file("password"), "w", encoding="ascii") as file:
            file.write(PASSWORD + "\n")
        os.chmod(self.file("password"), 0o644)
        with open(self.file("log"), "ab") as log:
            subprocess.run([program_of("initdb"), "-D", self.file("data"), "-U", "tester", "-A", "scram-sha-256", "-E", "UTF8",
                            "--locale=C", "--no-sync", "--pwfile", self.file("password")], check=True, stdout=log, stderr=log,
                           env=WITHOUT_MASK, cwd=self.folder, **self.user)

    def command(self):
        if self.kind == "postgresql":
            # synchronous_commit is what careless owners of a database turn off
            return [program_of("postgres"), "-D", self.file("data"), "-p", str(self.port), "-k", self.folder, "-c",
                    "listen_addresses=127.0.0.1", "-c", "synchronous_commit=off", "-c", "fsync=off", "-c", "max_connections=200"]
        return [program_of("redis-server"), "--bind", "127.0.0.1", "--port", str(self.port), "--dir", self.folder, "--requirepass", PASSWORD,
                "--appendonly", "yes", "--save", "", "--daemonize", "no"]

    def start(self, new_ports=False):
        if self.kind == "sqlite":
            return
        for attempt in range(5):
            if attempt and new_ports:  # somebody else was faster
                self.port = free_port()
            with open(self.file("log"), "ab") as log:
                self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=WITHOUT_MASK,
                                                cwd=self.folder, start_new_session=True, preexec_fn=end_with_parent,
                                                **self.user)
            if self.is_ready():
                return
        raise RuntimeError(f"{self.kind} does not start: {self.log()}")

    def is_ready(self):
        until = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < until:
            if self.answers():
                return True
            time.sleep(0.05)
        self.end(signal.SIGKILL)
        return False

    def answers(self):
        try:
            if self.kind == "redis":
                return self.redis("PING") == b"+PONG"
            done = subprocess.run([program_of("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "5"], env=WITHOUT_MASK)
            return done.returncode == 0
        except OSError:
            return False

    def redis(self, *words):
        """The first line of an answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as one:
            stream = one.makefile("rwb")
            for command in ("AUTH", PASSWORD), words:
                stream.write(b"*%d\r\n" % len(command) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word.encode()) for word in command))
                stream.flush()
                line = stream.readline().strip()
        return line

    def sql(self, text):
        subprocess.run([program_of("psql"), "-q", "-X", "-h", "127.0.0.1", "-p", str(self.port), "-U", "tester", "-d", "postgres", "-c", text],
                       check=True, stdout=subprocess.DEVNULL, env=WITHOUT_MASK | {"PGPASSWORD": PASSWORD})

    def end(self, how):
        if self.process and self.process.poll() is None:
            # also one that is paused
            os.killpg(self.process.pid, signal.SIGCONT)
            if how == signal.SIGKILL:
                os.killpg(self.process.pid, how)
            else:
                self.process.send_signal(how)
            self.process.wait()
        self.process = None

    def stop(self):
        """At once, with what was committed on disk."""
        self.end(signal.SIGINT if self.kind == "postgresql" else signal.SIGTERM)

    def restart(self):
        if self.kind != "sqlite":
            self.stop()
            self.start()

    def cut(self):
        if self.kind == "postgresql":
            self.sql("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")
        elif self.kind == "redis":
            self.redis("CLIENT", "KILL", "TYPE", "normal")

    def pause(self):
        if self.process:
            for pid in self.family():
                os.kill(pid, signal.SIGSTOP)

    def family(self):
        """PostgreSQL's processes make sessions of their own."""
        pids = [self.process.pid]
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as file:
            return pids + [int(pid) for pid in file.read().split()]

    def resume(self):
        if self.process:
            for pid in self.family():
                os.kill(pid, signal.SIGCONT)


def serve(server, process, commands, answers):
    doing = {"restart": server.restart, "cut": server.cut, "stop": server.stop, "start": server.start, "pause": server.pause,
             "continue": server.resume}
    for line in os.fdopen(commands, "r"):
        doing[line.strip()]()
        os.write(answers, b"done\n")
    return process.wait()


def main():
    kind, *words = sys.argv[1:]
    with Server(kind) as server:
        (their_in, answers), (commands, their_out) = os.pipe(), os.pipe()
        environment = os.environ | {"TABLE_URL": server.url, "TABLE_PASSWORD": server.password, "TABLE_CONTROL": f"{their_in},{their_out}"}
        process = subprocess.Popen(words, env=environment, pass_fds=(their_in, their_out))
        os.close(their_in)
        os.close(their_out)
        try:
            return serve(server, process, commands, answers)
        finally:
            process.kill()
            process.wait()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main())
