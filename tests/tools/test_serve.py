"""tgcall serve: JSON-RPC 2.0 on pipes and on a socket; what is allowed, what never goes out."""
import json
import os
import select
import signal
import socket
import stat
import subprocess
import time
import unittest

from rig import BOT, LOCAL, OK, TGCALL, USAGE, TestCase, clean_environment

ANN, BOB = "15550002261", "15550002262"
PARSE, REQUEST, METHOD, PARAMS, FAILED, FORBIDDEN = -32700, -32600, -32601, -32602, -32000, -32001


class Server:
    def __init__(self, dc, *words, session="ann"):
        self.process = subprocess.Popen([TGCALL, "serve", *dc.server(session), *words], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment())
        self.number = 0
        self.notes = []
        self.rest = b""

    def write(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def read(self, seconds=60):
        while b"\n" not in self.rest:
            if not select.select([self.process.stdout], [], [], seconds)[0]:
                raise AssertionError("no answer")
            more = os.read(self.process.stdout.fileno(), 65536)
            if not more:
                return None
            self.rest += more
        line, self.rest = self.rest.split(b"\n", 1)
        return json.loads(line)

    def send(self, method, params=None, **more):
        self.number += 1
        message = {"jsonrpc": "2.0", "id": self.number, "method": method, **more}
        if params is not None:
            message["params"] = params
        self.write(json.dumps(message).encode() + b"\n")
        return self.number

    def answer(self, number):
        while True:
            message = self.read()
            if message is None:
                raise AssertionError("it ended")
            if message.get("id") == number and "method" not in message:
                return message
            self.notes.append(message)

    def ask(self, method, params=None):
        return self.answer(self.send(method, params))

    def result(self, method, params=None):
        answer = self.ask(method, params)
        assert "result" in answer, answer
        return answer["result"]

    def error(self, method, params=None):
        answer = self.ask(method, params)
        assert set(answer) == {"jsonrpc", "id", "error"}, answer
        return answer["error"]

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.read()
        said = self.process.stderr.read()
        status = self.process.wait(60)
        self.process.stdout.close()
        self.process.stderr.close()
        return status, said


class Serve(TestCase):
    config = {"users": [{"phone": ANN, "code": "23456", "first_name": "Ann", "username": "ann_s"},
                        {"phone": BOB, "code": "23456", "first_name": "Bob", "username": "bob_s"}]}

    def setUp(self):
        self.works("login", "--phone", ANN, "--code", "23456", session="ann")
        self.works("login", "--phone", BOB, "--code", "23456", session="bob")

    def serve(self, *words, **options):
        server = Server(self.dc, *words, **options)

        def end():
            status, said = server.stop()
            self.assertEqual((status, said), (OK, b""))

        self.addCleanup(end)
        return server

    def test_invoke_and_explain(self):
        server = self.serve()
        self.assertEqual(server.result("invoke", {"method": "help.getNearestDc"})["_"], "nearestDc")
        users = server.result("invoke", {"method": "users.getUsers", "params": {"id": ["me", "@bob_s"]}})
        self.assertEqual([user["first_name"] for user in users], ["Ann", "Bob"])
        self.assertIn("phone_code_hash", server.result("explain", {"name": "auth.signIn"})["text"])
        self.assertIn("auth.signIn", server.error("explain", {"name": "auth.signInn"})["message"])

    def test_errors_say_what_is_wrong(self):
        server = self.serve("--allow", "*")
        failed = server.error("invoke", {"method": "users.getUsers", "params": {"id": ["@nobody_here"]}})
        self.assertEqual((failed["code"], failed["data"]["name"]), (FAILED, "USERNAME_NOT_OCCUPIED"))
        self.dc.command(do="rule", method="help.getNearestDc", error="FLOOD_WAIT_3000", times=1)
        flood = server.error("invoke", {"method": "help.getNearestDc"})
        self.assertEqual((flood["data"]["name"], flood["data"]["arg"], flood["data"]["code"]), ("FLOOD_WAIT_%d", 3000, 420))
        for params, word in (({"method": "messages.sendMesage"}, "messages.sendMessage"), ({}, "method"), (None, "method"),
                             ({"method": "messages.sendMessage", "params": {"peeer": "me"}}, "peer"),
                             ({"method": "messages.sendMessage", "params": []}, "object"),
                             ({"method": "inputPeerSelf"}, "no method")):
            error = server.error("invoke", params)
            self.assertEqual(error["code"], PARAMS, params)
            self.assertIn(word, error["message"])

    def test_the_protocol_as_it_is_written(self):
        server = self.serve()
        for line, code in ((b"{", PARSE), (b"nonsense", PARSE), (b"5", REQUEST), (b'"str"', REQUEST), (b"null", REQUEST),
                           (b'"str', PARSE), (b"5 5", PARSE), (b"{}", REQUEST), (b"[]", REQUEST),
                           (b'{"jsonrpc": "1.0", "id": 1, "method": "ping"}', REQUEST),
                           (b'{"jsonrpc": "2.0", "id": {}, "method": "ping"}', REQUEST),
                           (b'{"jsonrpc": "2.0", "id": "a", "method": "nothing"}', METHOD),
                           (b'{"jsonrpc": "2.0", "id": "b", "method": "explain", "params": ["auth.signIn"]}', PARAMS)):
            server.write(line + b"\r\n")
            answer = server.read()
            self.assertEqual(answer["error"]["code"], code, line)
            self.assertEqual(answer["id"], line.decode().split('"id": "')[1][0] if b'"id": "' in line else
                             1 if b'"id": 1' in line else None)
        # notifications, answers to what nobody asked, and empty lines get nothing
        server.write(b'\n{"jsonrpc": "2.0", "method": "ping"}\n{"jsonrpc": "2.0", "method": "no"}\n'
                     b'{"jsonrpc": "2.0", "id": 7, "result": {}}\n')
        server.write(b'[{"jsonrpc": "2.0", "id": "x", "method": "ping"}, {"jsonrpc": "2.0", "method": "ping"}, 1]\n')
        batch = server.read()
        self.assertEqual([one["id"] for one in batch], ["x", None])
        server.write(b'{"jsonrpc": "2.0", "id": "t')  # a line may come in pieces
        time.sleep(0.1)
        server.write(b'wo", "method": "ping"}\n')
        self.assertEqual(server.read(), {"jsonrpc": "2.0", "id": "two", "result": {}})

    def test_a_line_without_end_ends_it(self):
        server = Server(self.dc)
        try:
            server.write(b"x" * (11 << 20))
        except BrokenPipeError:
            pass
        self.assertIsNone(server.read())
        try:
            server.stop()
        except BrokenPipeError:
            pass

    def test_only_what_is_allowed(self):
        server = self.serve()
        self.assertEqual(server.error("invoke", {"method": "messages.sendMessage", "params": {}})["code"], FORBIDDEN)
        some = self.serve("--allow", "messages.sendMessage,users.get*", session="bob")
        self.assertEqual(some.error("invoke", {"method": "messages.getHistory"})["code"], FORBIDDEN)
        self.assertIn("_", some.result("invoke", {"method": "messages.sendMessage", "params": {
            "peer": "me", "message": "allowed", "random_id": "5"}}))

    def test_some_things_are_never_allowed(self):
        server, before = self.serve("--allow", "*"), self.dc.calls("auth.exportAuthorization")
        query = {"_": "auth.exportAuthorization", "dc_id": 2}
        for method, params in (("auth.exportAuthorization", {"dc_id": 2}), ("auth.logOut", {}), ("account.getPassword", {}),
                               ("invokeWithLayer", {"layer": 229, "query": query}), ("invokeWithoutUpdates", {"query": query}),
                               ("account.getAllSecureValues", {}), ("auth.acceptLoginToken", {"token": ""})):
            self.assertEqual(server.error("invoke", {"method": method, "params": params})["code"], FORBIDDEN, method)
        self.assertEqual(self.dc.calls("auth.exportAuthorization"), before)

    def test_no_secret_goes_out(self):
        self.works("send", "me", "my bot is " + BOT, session="ann")
        update = {"_": "updateShort", "date": 1, "update": {"_": "updateNewMessage", "pts": 0, "pts_count": 0, "message": {
            "_": "message", "id": 1, "date": 1, "message": "Login code: 98-765. Do not give it away.",
            "peer_id": {"_": "peerUser", "user_id": "777000"}}}}
        server = self.serve()
        answer = json.dumps(server.result("invoke", {"method": "messages.getHistory", "params": {
            "peer": "me", "offset_id": 0, "offset_date": 0, "add_offset": 0, "limit": 5, "max_id": 0, "min_id": 0, "hash": "0"}}))
        self.assertIn("my bot is", answer)
        self.assertNotIn(BOT, answer)
        server.result("listen", {"count": 0})
        number = server.send("listen", {"count": 1, "seconds": 60})
        self.dc.command(do="push", phone=ANN, updates=update)
        heard = server.answer(number)["result"]["updates"][0]["text"]
        self.assertEqual(heard, "Login code: **-***. Do not give it away.")
        self.assertNotIn(BOT, json.dumps(server.error("explain", {"name": BOT})))

    def test_listen_waits_and_others_do_not(self):
        server = self.serve(session="bob")
        server.result("listen", {"count": 0})
        waiting = server.send("listen", {"count": 2, "seconds": 60})
        self.assertEqual(server.result("ping"), {})
        for text in "first", "second":
            self.works("send", "@bob_s", text, session="ann")
        updates = server.answer(waiting)["result"]["updates"]
        self.assertEqual([update["text"] for update in updates], ["first", "second"])
        self.assertEqual(server.result("listen", {"seconds": 1}), {"updates": []})
        self.works("send", "@bob_s", "between two calls", session="ann")
        self.assertEqual(server.result("listen")["updates"][0]["text"], "between two calls")
        gone = server.send("listen", {"seconds": 3600})
        server.write(json.dumps({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": gone}}).encode() + b"\n")
        self.works("send", "@bob_s", "for the next", session="ann")
        self.assertEqual(server.result("listen")["updates"][0]["text"], "for the next")
        for params in ({"count": -1}, {"count": "1"}, {"seconds": 4000}):
            self.assertEqual(server.error("listen", params)["code"], PARAMS)

    def test_who_waits_when_the_input_ends_is_answered(self):
        server = Server(self.dc, session="bob")
        server.result("listen", {"count": 0})
        waiting = [server.send("listen", {"count": count, "seconds": seconds}) for count, seconds in ((1, 100), (5, 1))]
        server.process.stdin.close()
        self.works("send", "@bob_s", "after the end", session="ann")
        answers = {number: server.answer(number)["result"]["updates"] for number in waiting}
        self.assertEqual([update["text"] for updates in answers.values() for update in updates], ["after the end"])
        self.assertIsNone(server.read())
        self.assertEqual(server.stop(), (OK, b""))

    def test_who_waits_for_nobody_does_not_wait(self):
        server = Server(self.dc, session="bob")
        server.send("listen", {"count": 1, "seconds": 3600})
        server.result("ping")
        server.process.stdin.close()
        server.process.stdout.close()
        server.process.wait(60)  # nobody would read the answer
        server.process.stderr.close()

    def test_an_output_that_cannot_be_written_ends_it(self):
        with open("/dev/full", "wb") as full:
            process = subprocess.Popen([TGCALL, "serve", *self.dc.server("ann")], stdin=subprocess.PIPE, stdout=full,
                                       stderr=subprocess.PIPE, env=clean_environment())
            process.stdin.write(b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
            process.stdin.flush()
            said = process.stderr.read()  # it ends although its input has not
        self.assertEqual(process.wait(60), LOCAL)
        self.assertIn(b"cannot write the output: No space left", said)
        process.stdin.close()
        process.stderr.close()

    def test_an_error_of_no_request_is_one_of_json_rpc(self):
        with open(self.dc.path("damaged"), "wb") as file:
            file.write(b"nonsense")
        result = self.ends(LOCAL, self.call("serve", session="damaged"))
        answer = result.json()
        self.assertEqual((len(result.out.splitlines()), answer["jsonrpc"], answer["id"]), (1, "2.0", None))
        self.assertEqual((answer["error"]["code"], answer["error"]["data"]["class"]), (FAILED, "store"))
        self.assertIn("damaged", answer["error"]["message"])

    def test_follow_tells_each_as_it_comes(self):
        server = self.serve(session="bob")
        self.assertEqual(server.result("listen", {"follow": True})["updates"], [])
        self.works("send", "@bob_s", "at once", session="ann")
        while True:
            note = server.read()
            self.assertEqual((note["method"], "id" in note), ("update", False))
            if note["params"].get("text") == "at once":
                break

    def test_nobody_signed_in(self):
        server = self.serve(session="nobody")
        self.assertEqual(server.error("listen")["code"], FAILED)
        self.assertEqual(server.error("invoke", {"method": "users.getUsers", "params": {"id": ["me"]}})["data"]["code"], 401)

    def test_files_of_one_folder_only(self):
        folder, outside = self.dc.path("shared"), self.dc.path("outside")
        os.makedirs(folder, exist_ok=True)
        for path in outside, os.path.join(folder, "a.txt"), os.path.join(folder, "b.txt"):
            with open(path, "w") as file:
                file.write(os.path.basename(path))
        os.symlink(outside, os.path.join(folder, "link"))
        os.link(self.dc.path("ann"), os.path.join(folder, "mine.txt"))
        with open(self.dc.path("bob"), "rb") as bob, open(os.path.join(folder, "theirs.txt"), "wb") as copy:
            copy.write(bob.read())
        server = self.serve("--files", folder, "--allow", "messages.*,channels.get*")
        ids = server.result("upload", {"files": ["a.txt", os.path.join(folder, "b.txt")], "to": "@bob_s", "caption": "two"})["message_ids"]
        self.assertEqual(len(ids), 2)
        sent = self.dc.calls("messages.uploadMedia")
        for name in "../outside", outside, "link", "missing", "mine.txt", "theirs.txt", "", ".":
            error = server.error("upload", {"files": [name], "to": "me"})
            self.assertEqual(error["code"] in (FORBIDDEN, PARAMS), True, (name, error))
        self.assertEqual(self.dc.calls("messages.uploadMedia"), sent)
        got = server.result("download", {"message": "@bob_s/%d" % ids[1], "to": "copy.txt"})
        self.assertEqual(got, {"file": "copy.txt", "bytes": 5})
        with open(os.path.join(folder, "copy.txt")) as file:
            self.assertEqual(file.read(), "b.txt")
        for name in "../x", "/tmp/x", "..", "", "no/such":
            self.assertEqual(server.error("download", {"message": "@bob_s/%d" % ids[1], "to": name})["code"], FORBIDDEN, name)
        self.assertEqual(server.error("download", {"message": "@bob_s/99999"})["code"], FAILED)
        for params in ({}, {"files": "a.txt", "to": "me"}, {"files": ["a.txt"]}, {"files": ["a.txt"] * 11, "to": "me"}):
            self.assertEqual(server.error("upload", params)["code"], PARAMS)
        none = self.serve(session="bob")
        self.assertEqual(none.error("upload", {"files": ["a.txt"], "to": "me"})["code"], FORBIDDEN)

    def test_a_socket(self):
        path = self.dc.path("serve.sock")
        process = subprocess.Popen([TGCALL, "serve", "--socket", path, *self.dc.server("ann")], stderr=subprocess.PIPE,
                                   env=clean_environment())
        try:
            self.assertIn(b"serving at", process.stderr.readline())
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
            for _ in range(2):  # one after the other
                with socket.socket(socket.AF_UNIX) as near:
                    near.settimeout(60)
                    near.connect(path)
                    near.sendall(b'{"jsonrpc": "2.0", "id": 1, "method": "invoke", "params": {"method": "help.getNearestDc"}}\n')
                    self.assertEqual(json.loads(near.makefile().readline())["result"]["_"], "nearestDc")
            second = self.call("serve", "--socket", path, session="bob")
            self.assertEqual(second.status, USAGE)
        finally:
            process.kill()
            process.wait(60)
            process.stderr.close()
        self.assertTrue(os.path.exists(path))
        again = subprocess.Popen([TGCALL, "serve", "--socket", path, *self.dc.server("ann")], stderr=subprocess.PIPE,
                                 env=clean_environment())  # what the first left is in nobody's way
        self.assertIn(b"serving at", again.stderr.readline())
        with socket.socket(socket.AF_UNIX) as near:  # somebody is there, and says nothing
            near.connect(path)
            again.terminate()
            self.assertEqual(again.wait(60), -signal.SIGTERM)
        again.stderr.close()
        self.assertFalse(os.path.exists(path))  # who is told to end leaves nothing behind
        with open(self.dc.path("plain"), "w"):
            self.assertEqual(self.call("serve", "--socket", self.dc.path("plain"), session="ann").status, USAGE)

    def test_the_handshake_of_mcp(self):
        server = self.serve()
        for asked, given in (("2024-11-05", "2024-11-05"), ("2030-01-01", "2025-11-25"), (None, "2025-11-25")):
            hello = server.result("initialize", {"protocolVersion": asked, "capabilities": {}, "clientInfo": {}} if asked else {})
            self.assertEqual(hello["protocolVersion"], given)
            self.assertEqual(hello["serverInfo"]["name"], "tgcall")
        server.write(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')
        tools = {tool["name"]: tool for tool in server.result("tools/list")["tools"]}
        self.assertEqual(sorted(tools), ["download", "explain", "invoke", "listen", "upload"])
        called = server.result("tools/call", {"name": "invoke", "arguments": {"method": "help.getNearestDc"}})
        self.assertEqual(json.loads(called["content"][0]["text"]), called["structuredContent"])
        self.assertNotIn("isError", called)
        failed = server.result("tools/call", {"name": "invoke", "arguments": {"method": "auth.logOut"}})
        self.assertIs(failed["isError"], True)
        self.assertEqual(server.error("tools/call", {"name": "nothing"})["code"], PARAMS)
        self.assertEqual(server.error("resources/list")["code"], METHOD)


if __name__ == "__main__":
    unittest.main()
