"""tgdc as a program: its command line, its control socket, its folder, and sockets that misbehave."""
import json
import os
import random
import resource
import socket
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

TGDC, TGCALL = os.environ["TGDC"], os.environ["TGCALL"]
KEYS = {k: v for k, v in os.environ.items() if not k.startswith("TGCALL_")}
KEYS.update(TGCALL_API_ID="1", TGCALL_API_HASH="0123456789abcdef0123456789abcdef")


class Running:
    """A tgdc in a folder, until close()."""

    def __init__(self, folder, *words, most_files=None):
        limit = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))) if most_files else None
        self.folder = folder
        self.process = subprocess.Popen([TGDC, "--state", os.path.join(folder, "dc"), "--exit-with-stdin", *words],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=limit)
        self.ready = json.loads(self.process.stdout.readline())
        host, port = self.ready["address"].split(":")
        self.address = host, int(port)

    def connect(self, first=b""):
        client = socket.create_connection(self.address)
        client.sendall(first)
        return client

    def control(self):
        client = socket.socket(socket.AF_UNIX)
        client.connect(self.ready["control"])
        return client, client.makefile()

    def do(self, **command):
        client, answers = self.control()
        with client, answers:
            client.sendall(json.dumps(command).encode() + b"\n")
            return json.loads(answers.readline())

    def serves(self):
        """A client that knows nothing yet makes a key and is answered."""
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([TGCALL, "invoke", "help.getNearestDc", "--dc", self.ready["address"], "--dc-id", "2",
                                   "--public-key", self.ready["public_key"], "--session", os.path.join(folder, "s")],
                                  capture_output=True, env=KEYS, timeout=120)
        return done.returncode == 0

    def close(self, kill=False):
        if kill:
            self.process.kill()
        self.process.stdin.close()
        status = self.process.wait(60)
        self.process.stdout.close()
        return status


class Program(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def start(self, *words, **options):
        running = Running(self.folder, *words, **options)
        self.addCleanup(lambda: running.process.poll() is None and running.close(kill=True))
        return running

    def refused(self, status, says, *words):
        done = subprocess.run([TGDC, *words], capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (status, b""), done.stderr)
        self.assertIn(says, done.stderr.decode())

    def test_a_wrong_command_line_is_refused(self):
        for says, *words in [("what is --foo?", "--foo"), ("what is more?", "more"), ("--listen needs a value", "--listen"),
                             ("--listen cannot be 1:x", "--listen", "1:x"), ("--dcs cannot be 17", "--dcs", "17"),
                             ("--dc cannot be 0", "--dc", "0"), ("--do needs --state", "--do", "{}")]:
            self.refused(2, says, *words)

    def test_what_cannot_be_used_is_named(self):
        config = os.path.join(self.folder, "config")
        with open(config, "w") as file:
            file.write('{\n  "users": [{"phone": 5}]\n}')
        self.refused(1, config + ': users[0]: a user: "phone" is not a string of 1 to 40 bytes', "--config", config)
        self.refused(1, "cannot read /nowhere: No such file or directory", "--config", "/nowhere")
        self.refused(1, "cannot listen on 203.0.113.1 port 1", "--listen", "203.0.113.1:1")
        self.refused(1, "no tgdc can be reached in " + self.folder, "--state", self.folder, "--do", "{}")
        self.refused(1, 'a user\'s "phone" is no telephone number', "--user", "me")

    def test_a_port_of_its_own_choice_fits_a_signed_number_of_16_bits(self):
        ports = [int(each["address"].split(":")[1]) for each in self.start("--dcs", "3").ready["dcs"]]
        self.assertEqual(len(set(ports)), 3)
        self.assertTrue(all(1024 < port < 32768 for port in ports), ports)

    def test_help_is_no_error(self):
        done = subprocess.run([TGDC, "--help"], capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"usage: tgdc", done.stdout)

    def test_what_is_served_is_listed(self):
        done = subprocess.run([TGDC, "methods"], capture_output=True, text=True, timeout=60)
        lines = done.stdout.splitlines()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(lines, sorted(lines))
        self.assertIn("auth.sendCode  (signed in or not)", lines)
        self.assertIn("messages.sendMessage", lines)
        self.assertIn("messages.getStickers  (always the same)", lines)
        names = [line.split()[0] for line in lines]
        self.assertEqual(len(names), len(set(names)), "a method is listed twice")
        with open("/dev/full", "w") as full:
            done = subprocess.run([TGDC, "methods"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn("could not be written: No space left", done.stderr)

    def test_what_is_not_served_is_named_with_a_way_out(self):
        with tempfile.TemporaryDirectory() as folder:
            server = subprocess.Popen([TGDC, "--state", os.path.join(folder, "dc"), "--bot", "1:A", "--exit-with-stdin"],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            ready = json.loads(server.stdout.readline())
            place = ["--dc", ready["address"], "--dc-id", "2", "--public-key", ready["public_key"],
                     "--session", os.path.join(folder, "s")]
            subprocess.run([TGCALL, "login", "--bot-token", "1:A", *place], env=KEYS, timeout=120, check=True,
                           capture_output=True)
            call = [TGCALL, "invoke", "bots.getBotInfo", '{"lang_code": ""}', *place]
            refused = subprocess.run(call, env=KEYS, timeout=120, capture_output=True, text=True)
            told = json.dumps({"do": "rule", "method": "bots.getBotInfo", "answer": {
                "_": "bots.botInfo", "name": "n", "about": "a", "description": "d"}})
            subprocess.run([TGDC, "--state", os.path.join(folder, "dc"), "--do", told], timeout=60, check=True,
                           capture_output=True)
            answered = subprocess.run(call, env=KEYS, timeout=120, capture_output=True, text=True)
            _, log = server.communicate("", timeout=60)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("METHOD_NOT_IMPLEMENTED", refused.stderr)
        self.assertIn("bots.getBotInfo is not served", log)
        self.assertIn("tgdc methods", log)
        self.assertEqual(answered.returncode, 0, answered.stderr)

    def test_a_folder_is_for_one_program(self):
        first = self.start()
        self.refused(1, "is in use by another tgdc", "--state", os.path.join(self.folder, "dc"))
        self.assertEqual(first.close(), 0)
        self.assertEqual(self.start().close(), 0)

    def test_tokens_of_bots_are_not_for_who_runs_ps(self):
        tokens = ["%d:%s" % (n, "s%d" % n * 17) for n in range(1, 5)]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "bots")
            with open(path, "w") as file:
                file.write("\n".join(tokens[1:3]) + "\n")
            with unittest.mock.patch.dict(os.environ, TGDC_BOTS=tokens[3]):
                dc = Running(folder, "--bot", tokens[0], "--bot-file", path)
            try:
                with open("/proc/%d/cmdline" % dc.process.pid, "rb") as file:
                    shown = file.read().decode()
                for token in tokens:
                    self.assertNotIn(token.split(":")[1], shown)
                    session = os.path.join(folder, token.split(":")[0])
                    done = subprocess.run([TGCALL, "login", "--bot", "--dc", dc.ready["address"], "--dc-id", "2", "--session", session,
                                           "--public-key", dc.ready["public_key"]], capture_output=True, env=KEYS | {"TGCALL_BOT_TOKEN": token})
                    self.assertEqual(done.returncode, 0, done.stdout)
            finally:
                dc.close()
            done = subprocess.run([TGDC, "--bot-file", os.path.join(folder, "none")], capture_output=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"cannot read", done.stderr)

    def test_control_takes_one_line_after_the_other(self):
        running = self.start()
        client, answers = running.control()
        with client, answers:
            client.sendall(b'{"do": "report"}\n\xff\xfe\n{"do": "report"}\n{"do"')
            self.assertEqual([json.loads(answers.readline())["ok"] for _ in range(3)], [True, False, True])
            client.sendall(b': "report"}\n')
            self.assertTrue(json.loads(answers.readline())["ok"])
        self.assertEqual(running.close(), 0)

    def test_a_control_line_without_end_is_refused(self):
        running = self.start()
        client, answers = running.control()
        with client, answers:
            client.sendall(b"x" * 65537)
            self.assertEqual(json.loads(answers.readline())["error"], "a command is longer than 65536 bytes")
            self.assertEqual(answers.readline(), "")
        self.assertTrue(running.do(do="report")["ok"])
        self.assertEqual(running.close(), 0)

    def test_the_ninth_at_the_control_socket_is_sent_away(self):
        running = self.start()
        clients = [running.control() for _ in range(8)]
        for client, answers in clients:
            client.sendall(b'{"do": "report"}\n')
            self.assertTrue(json.loads(answers.readline())["ok"])
        ninth, answers = running.control()
        self.assertEqual(answers.readline(), "")
        for pair in [*clients, (ninth, answers)]:
            pair[1].close()
            pair[0].close()
        self.assertEqual(running.close(), 0)

    def test_garbage_and_half_open_connections_harm_nobody(self):
        running = self.start()
        seed = random.Random(5)
        clients = [running.connect() for _ in range(200)]
        for first in (b"\xef", b"\xee" * 4, b"\xdd" * 4, b"POST /api HTTP/1.1\r\n", b"GET /apiws HTTP/1.1\r\n\r\n", b"\x16\x03\x01"):
            for _ in range(10):
                clients.append(running.connect(first + seed.randbytes(seed.randrange(3000))))
        clients += [running.connect(b"\xee" * 4 + b"\x00\x00\x10\x00") for _ in range(50)]  # a packet that never comes
        self.assertTrue(running.serves())
        for client in clients:
            client.close()
        self.assertTrue(running.serves())
        self.assertEqual(running.close(), 0)

    def test_when_descriptors_run_out_it_goes_on_with_those_it_has(self):
        running = self.start(most_files=40)
        control, answers = running.control()
        clients = [running.connect() for _ in range(60)]
        with control, answers:
            control.sendall(b'{"do": "report"}\n')
            self.assertLess(json.loads(answers.readline())["connections"], 40)
        for client in clients:
            client.close()
        self.assertTrue(running.serves())
        self.assertEqual(running.close(), 0)

    def test_what_was_answered_survives_being_killed(self):
        for first in range(0, 30, 5):
            running = self.start()
            for i in range(first, first + 5):
                self.assertTrue(running.do(do="user", phone="1555100%04d" % i, username="user_number_%d" % i)["ok"])
            running.close(kill=True)
        running = self.start()
        self.assertTrue(running.do(do="sign_out", phone="15551000000")["ok"])
        self.assertTrue(running.do(do="sign_out", phone="15551000029")["ok"])
        self.assertEqual(running.close(), 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
