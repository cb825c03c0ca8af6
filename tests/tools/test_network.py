"""tgcall invoke and the connection: exit statuses, session files, proxies."""
import contextlib
import json
import os
import socket
import ssl
import subprocess
import threading
import unittest

from rig import LOCAL, NETWORK, TGCALL, USAGE, TestCase, clean_environment, run
from socks import Socks

PHONE = "15550002222"


@contextlib.contextmanager
def one_answer(answer, context=None):
    """A server that gives everybody the same answer, over TLS with a context, until the block ends. Its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                client = listener.accept()[0]
            except OSError:
                return
            try:
                with client, context.wrap_socket(client, server_side=True) if context else client as stream:
                    stream.recv(4096)
                    stream.sendall(answer)
            except OSError:
                pass  # the other side did not want it

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


class Invoke(TestCase):
    config = {"users": [{"phone": PHONE, "code": "23456"}]}

    def refused(self, *words, says, stdin=b""):
        result = self.ends(USAGE, self.call("invoke", *words, session=None, stdin=stdin))
        self.assertIn(says, result.err)

    def test_usage_errors(self):
        self.refused(says="METHOD")
        self.refused("help.getNonsense", says="help.getNonsense")
        self.refused("inputPeerSelf", says="not a method")
        self.refused("help.getConfig", "{", says="line 1")
        self.refused("help.getConfig", "-", stdin='{\n"a" 1}', says="line 2")
        self.refused("auth.sendCode", '{"phone_number": "1"}', says="api_id")
        self.refused("users.getUsers", '{"id": [{"_": "inputUser", "user_id": "x"}]}', says="user_id")
        self.refused("help.getConfig", "{}", "surplus", says="surplus")

    def test_answers_and_errors(self):
        self.assertEqual(self.works("invoke", "help.getConfig", session=None)["_"], "config")
        self.assertEqual(self.works("invoke", "help.getConfig", "-", session=None,
                                    stdin="{}")["_"], "config")
        result = self.fails("AUTH_KEY_UNREGISTERED", "invoke", "updates.getState", session=None)
        error = result.json()["error"]
        self.assertEqual((error["class"], error["code"], error["method"]),
                         ("rpc", 401, "updates.getState"))

    def test_an_error_with_a_number(self):
        self.dc.command(do="rule", method="help.getNearestDc", error="420 FLOOD_WAIT_3600", times=1)
        result = self.fails("FLOOD_WAIT_%d", "invoke", "help.getNearestDc", session=None)
        self.assertEqual(result.json()["error"]["arg"], 3600)
        self.assertIn("in 3600 seconds", result.err)

    def test_an_error_with_a_text(self):
        key = "signup__" + "k" * 40
        self.dc.command(do="rule", method="help.getNearestDc", times=1,
                        error="403 RECAPTCHA_CHECK_" + key)
        result = self.fails("RECAPTCHA_CHECK_%s", "invoke", "help.getNearestDc", session=None)
        self.assertEqual(result.json()["error"]["value"], key)

    def test_no_api_id(self):
        env = {k: v for k, v in clean_environment().items() if not k.startswith("TGCALL_")}
        result = run("invoke", "help.getConfig", *self.dc.server(), env=env)
        self.assertEqual(result.status, USAGE)
        self.assertIn("my.telegram.org", result.err)

    def test_bad_connection_options(self):
        for words in (("--dc", "nowhere"), ("--dc", "127.0.0.1:0"), ("--dc", ":80"),
                      ("--transport", "pigeon"), ("--timeout", "0"), ("--api-id", "x"),
                      ("--proxy", "gopher://x:1"), ("--public-key", "/nonexistent")):
            result = run("invoke", "help.getConfig", *self.dc.server(), *words)
            self.assertEqual(result.status, USAGE, words)

    def test_a_configuration_that_nobody_signed(self):
        path = self.dc.path("config")
        with open(path, "w", encoding="ascii") as file:
            file.write("A" * 344)
        result = run("invoke", "help.getConfig", "--api-id", "1", "--api-hash", "x",
                     "--config", path)
        self.assertEqual(result.status, USAGE)
        self.assertIn("not signed", result.err)


class Proxy(TestCase):
    config = {"users": [{"phone": PHONE, "code": "23456"}]}

    def test_signs_in_through_a_proxy(self):
        socks = Socks()
        self.addCleanup(socks.listener.close)
        words = "login", "--phone", PHONE, "--code", "23456"
        me = self.works(*words, "--proxy", socks.url % "user", session=None)
        self.assertEqual(me["phone"], PHONE)
        self.works(*words, session=None, TGCALL_PROXY=socks.url % "user")
        self.assertGreaterEqual(socks.served, 2)

    def test_a_wrong_proxy_password_is_told(self):
        socks = Socks()
        self.addCleanup(socks.listener.close)
        before = self.dc.calls("help.getConfig")
        result = self.call("invoke", "help.getConfig", "--proxy", socks.url % "nobody",
                           session=None)
        self.ends(NETWORK, result)
        self.assertEqual(result.json()["error"]["class"], "proxy")
        self.assertNotIn("pass@", result.err + result.out)
        self.assertEqual((self.dc.calls("help.getConfig"), socks.served), (before, 0))


class Network(TestCase):
    def test_nobody_answers(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            words = self.dc.server()
            words[1] = "127.0.0.1:%d" % unused.getsockname()[1]
            result = self.ends(NETWORK, run("invoke", "help.getConfig", *words))
        self.assertEqual(result.json()["error"]["class"], "network")
        self.assertIn(words[1] + ": Connection refused", result.err)

    def test_a_captive_portal_is_named(self):
        page = b"<html><title>Log in to the hotel</title></html>"
        head = b"HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\nContent-Length: %d\r\n\r\n" % len(page)
        with socket.socket() as portal:
            portal.bind(("127.0.0.1", 0))
            portal.listen()

            def serve():
                while True:
                    try:
                        near = portal.accept()[0]
                    except OSError:
                        return
                    with near:
                        near.recv(4096)
                        near.sendall(head + page)

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            words = self.dc.server()
            words[1] = "127.0.0.1:%d" % portal.getsockname()[1]
            for transport in "abridged", "intermediate", "padded", "full", "http", "ws":
                result = self.ends(NETWORK, run("invoke", "help.getConfig", *words, "--timeout", "5", "--transport", transport))
                self.assertIn("captive portal", result.err, transport)
            portal.shutdown(socket.SHUT_RDWR)
        thread.join()

    def test_a_server_that_says_nothing(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            words = self.dc.server()
            words[1] = "127.0.0.1:%d" % silent.getsockname()[1]
            self.ends(NETWORK, run("invoke", "help.getConfig", *words, "--timeout", "2"))

    def test_another_server_key(self):
        other = os.path.join(self.dc.dir, "other.pem")
        subprocess.run(["openssl", "genrsa", "-traditional", "-out", other + ".key", "2048"],
                       check=True, capture_output=True)
        subprocess.run(["openssl", "rsa", "-in", other + ".key", "-RSAPublicKey_out", "-out", other],
                       check=True, capture_output=True)
        words = self.dc.server()
        words[-1] = other
        result = self.ends(NETWORK, run("invoke", "help.getConfig", *words, "--timeout", "10"))
        self.assertEqual(result.json()["error"]["class"], "handshake")
        self.assertIn("none of ours", result.err)
        self.assertIn("--public-key", result.err)

    def test_a_proxy_that_wants_digest_is_named(self):
        head = b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\n"
        with one_answer(head + b"Content-Length: 0\r\n\r\n") as port:
            result = self.ends(NETWORK, self.call("invoke", "help.getConfig", "--proxy", "http://user:pass@127.0.0.1:%d" % port, session=None))
        self.assertEqual(result.json()["error"]["class"], "proxy")
        self.assertIn("Digest authentication", result.err)

    def test_faults_of_tls_at_a_proxy_are_the_proxy_s(self):
        with one_answer(b"this is no TLS\r\n") as port:
            plain = self.ends(NETWORK, self.call("invoke", "help.getConfig", "--proxy", "https://127.0.0.1:%d" % port, session=None))
        self.assertEqual(plain.json()["error"]["class"], "proxy")
        key, certificate = self.dc.path("tls.key"), self.dc.path("tls.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
                        "-out", certificate, "-subj", "/CN=elsewhere", "-days", "2"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        with one_answer(b"", context) as port:
            result = self.ends(NETWORK, self.call("invoke", "help.getConfig", "--proxy", "https://127.0.0.1:%d" % port, session=None))
        self.assertEqual(result.json()["error"]["class"], "proxy")
        self.assertIn("certificate", result.err)

    def test_no_proxy_there(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
            for scheme in "socks5", "socks4", "http":
                self.ends(NETWORK, self.call("invoke", "help.getConfig", "--proxy",
                                             "%s://127.0.0.1:%d" % (scheme, port), session=None))

    def test_each_transport(self):
        for transport in "abridged", "intermediate", "padded", "full", "ws", "http":
            self.works("invoke", "help.getNearestDc", "--transport", transport, session=None)
        self.works("invoke", "help.getNearestDc", "--obfuscated", "--pfs", session=None)


def content(path):
    with open(path, "rb") as file:
        return file.read()


class Sessions(TestCase):
    config = {"users": [{"phone": PHONE, "code": "23456"}]}

    def login(self, session, *words, **env):
        return self.works("login", "--phone", PHONE, "--code", "23456", *words, session=session,
                          **env)

    def test_a_second_process_is_told_who_has_it(self):
        self.login("locked")
        before = content(self.dc.path("locked"))
        first = subprocess.Popen([TGCALL, "login", "--qr", *self.dc.server("held")],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE, env=clean_environment())
        try:
            first.stderr.readline()  # it shows its code, so that it holds the lock
            result = self.ends(LOCAL, self.call("invoke", "help.getConfig", session="held"))
            self.assertEqual(result.json()["error"]["class"], "store")
            self.assertIn(str(first.pid), result.err)
        finally:
            first.kill()
            first.communicate()
        # a holder that was killed holds nothing
        self.works("invoke", "help.getConfig", session="held")
        self.assertEqual(content(self.dc.path("locked")), before)

    def test_a_password_on_the_file(self):
        me = self.login("secret", TGCALL_SESSION_PASSWORD="sesame")
        self.assertEqual(self.works("login", "--session-password", "sesame", session="secret"), me)
        for env in {}, {"TGCALL_SESSION_PASSWORD": "wrong"}:
            result = self.ends(LOCAL, self.call("login", session="secret", **env))
            self.assertEqual(result.json()["error"]["class"], "store")
        data = content(self.dc.path("secret"))
        self.login("open")
        self.assertNotIn(b"127.0.0.1", data)
        self.assertEqual(os.stat(self.dc.path("secret")).st_mode & 0o777, 0o600)

    def test_a_file_that_is_no_session(self):
        path = self.dc.path("nonsense")
        with open(path, "w") as file:
            json.dump({"not": "a session"}, file)
        result = self.ends(LOCAL, self.call("invoke", "help.getConfig", session="nonsense"))
        self.assertIn("nonsense", result.err)
        self.assertEqual(content(path), b'{"not": "a session"}')

    def test_streams_that_are_closed(self):
        """Nothing of the session or the network is taken for standard input or output."""
        words = [TGCALL, "login", "--phone", PHONE, *self.dc.server("closed")]
        for close, says in ("<&-", "given up"), (">&-", "cannot write"):
            more = ["--code", "23456"] if close == ">&-" else []
            done = subprocess.run(["sh", "-c", 'exec "$@" ' + close, "sh", *words, *more],
                                  capture_output=True, env=clean_environment(), timeout=120)
            self.assertEqual(done.returncode, LOCAL, done.stderr)
            self.assertIn(says, done.stderr.decode())
        self.works("me", session="closed")

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([TGCALL, "session", "formats"], stdout=full,
                                  stderr=subprocess.PIPE, env=clean_environment())
        self.assertEqual(done.returncode, LOCAL)
        self.assertIn(b"cannot write", done.stderr)

    def test_a_session_that_is_killed_at_a_prompt_is_there(self):
        asking = subprocess.Popen([TGCALL, "login", "--phone", PHONE, *self.dc.server("killed")],
                                  stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, env=clean_environment())
        asking.stderr.readline()  # how the code was sent
        asking.kill()
        asking.communicate()
        keys = self.works("session", "show", "--json", session="killed")["keys"]
        self.login("killed")
        self.assertEqual(self.works("session", "show", "--json", session="killed")["keys"], keys)

    def test_a_folder_that_is_not_there(self):
        result = self.call("invoke", "help.getConfig", session="no/such/folder")
        self.ends(LOCAL, result)


if __name__ == "__main__":
    unittest.main()
