"""The README's commands of tgcall, typed in as they stand; only what it leaves to the reader is filled in."""
import json
import os
import re
import shlex
import subprocess
import unittest

from rig import BOT, OK, TGCALL, TestCase, clean_environment
from socks import Socks

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")
SECRET = "ee00112233445566778899aabbccddeeff" + b"example.org".hex()
ANSWERS = {"login": "+15550001111\n12345\ncorrect-horse\n"}


def commands():
    with open(os.path.join(ROOT, "README.md")) as file:
        lines = [line.strip() for line in file]
    return [line for line in lines if line.startswith("build/tools/tgcall ")]


class Commands(TestCase):
    config = {"users": [{"phone": "15550001111", "code": "12345", "password": "correct-horse"}],
              "bots": [{"token": BOT}]}

    def setUp(self):
        self.folder = self.dc.path(self.id())
        os.makedirs(os.path.join(self.folder, "build", "tools"))
        os.symlink(TGCALL, os.path.join(self.folder, "build", "tools", "tgcall"))
        for name in "README.md", "LICENSE":
            os.symlink(os.path.join(os.path.abspath(ROOT), name), os.path.join(self.folder, name))

    def environment(self, session):
        return clean_environment(TGCALL_SESSION=session, TGCALL_DC=self.dc.address,
                                 TGCALL_PUBLIC_KEY=os.path.abspath(self.dc.key))

    def type(self, line, session="me.session", stdin=""):
        done = subprocess.run(["sh", "-c", line], input=stdin, capture_output=True, text=True,
                              cwd=self.folder, env=self.environment(session), timeout=120)
        self.assertEqual(done.returncode, OK, line + "\n" + done.stderr)
        return done.stdout

    def mtproxy(self):
        proxy = subprocess.Popen([os.environ["TGPROXY"], "--secret", SECRET, "--to",
                                  self.dc.address, "--exit-with-stdin"], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE)
        self.addCleanup(proxy.stdout.close)
        self.addCleanup(proxy.wait)
        self.addCleanup(proxy.stdin.close)
        return json.loads(proxy.stdout.readline())["address"].rsplit(":", 1)

    def filled_in(self, line):
        host, port = self.mtproxy()
        socks = Socks()
        self.addCleanup(socks.listener.close)
        return (line.replace("123456:ABC...", BOT)
                .replace("socks5://user:password@host:1080", socks.url % "user")
                .replace("server=...&port=443&secret=ee...",
                         "server=%s&port=%s&secret=%s" % (host, port, SECRET)))

    def accept(self, line):
        """Shows a code in one session, and accepts it in this one as the README does."""
        other = subprocess.Popen("exec build/tools/tgcall login --qr", shell=True, text=True,
                                 cwd=self.folder, env=self.environment("other.session"),
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
        url = ""
        while not url.startswith("tg://"):
            url = other.stderr.readline()
            self.assertNotEqual(url, "")
        self.type(line.replace("tg://login?token=...", url.strip()))
        out, err = other.communicate("correct-horse\n", timeout=60)
        self.assertEqual(other.returncode, OK, err)
        self.assertIn("15550001111", out)

    def test_each_in_turn(self):
        lines = commands()
        self.assertGreater(len(lines), 9)
        self.type(lines[0], stdin=ANSWERS["login"])
        for number, line in enumerate(lines[1:]):
            words = shlex.split(line, comments=True)[1:]
            if words[0] == "qr-accept":
                self.accept(line)
            elif "--bot-token" in words or "--proxy" in words:
                self.type(self.filled_in(line), session="%d.session" % number,
                          stdin=ANSWERS.get(words[0], ""))
            else:
                self.type(line)

    def test_what_a_host_of_agents_is_given(self):
        with open(os.path.join(ROOT, "README.md")) as file:
            block, = re.findall(r"^```json\n(.*?)^```", file.read(), re.M | re.S)
        server = json.loads(block)
        ask = [{"method": "initialize", "id": 0, "params": {"protocolVersion": "2025-11-25"}},
               {"method": "tools/call", "id": 1, "params": {"name": "explain", "arguments": {"name": "auth.signIn"}}}]
        done = subprocess.run([server["command"], *server["args"]], capture_output=True, text=True, timeout=120,
                              input="".join(json.dumps(dict(one, jsonrpc="2.0")) + "\n" for one in ask),
                              env=dict(self.environment("x"), PATH=os.path.dirname(TGCALL) + ":" + os.environ["PATH"]))
        answers = [json.loads(line)["result"] for line in done.stdout.splitlines()]
        self.assertEqual((done.returncode, answers[0]["serverInfo"]["name"]), (OK, "tgcall"), done.stderr)
        self.assertIn("phone_code", answers[1]["content"][0]["text"])


if __name__ == "__main__":
    unittest.main()
