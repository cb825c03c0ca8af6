"""tgcall pool when its database, of the kind TABLE_KIND, refuses, is gone, or says nothing."""
import os
import signal
import socket
import sys
import threading
import time
import unittest

from fleet import Fleet, until

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tables"))
import servers  # noqa: E402  beside the suite of the library

MANY = 12
GONE, BACK = "the database is gone", "the database is back"


class Refusing:
    """Where the database was, somebody who hangs up on everybody, and counts them."""

    def __init__(self, port):
        self.socket, self.count = socket.socket(), 0
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", port))
        self.socket.listen(64)
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while True:
            one = self.socket.accept()[0]
            one.close()
            if self.count < 0:
                return
            self.count += 1

    def stop(self):
        count, self.count = self.count, -1
        with socket.create_connection(self.socket.getsockname()):
            self.thread.join()
        self.socket.close()
        return count


class Away(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = servers.Server(os.environ["TABLE_KIND"])
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.__enter__()
        cls.fleet = Fleet(MANY, cls.server.url)
        cls.addClassCleanup(cls.fleet.stop)

    def pool(self, name, *words):
        pool = self.fleet.pool(name, *words)
        self.addCleanup(self.fine, pool)
        until(lambda: self.said(pool, ": claimed") >= MANY, "it claims nothing")
        return pool

    def fine(self, pool):
        if pool.process.poll() is None:
            pool.end(signal.SIGKILL)
        for word in "Sanitizer", "runtime error":
            self.assertNotIn(word, pool.said())

    @staticmethod
    def said(pool, word):
        return sum(word in line for line in pool.said().splitlines())

    def test_one_that_refuses_is_asked_seldom_and_told_once(self):
        pool = self.pool("patient", "--ttl", "12")
        self.server.stop()
        refusing = Refusing(self.server.port)
        began = time.monotonic()
        for name in self.fleet.names:  # each of them has something to save
            self.fleet.send(name)
        until(lambda: self.said(pool, GONE), "it says nothing")
        until(lambda: refusing.count >= 6, "it does not ask")
        times = refusing.stop()
        # pauses of 0.1 s at the least, each twice the last one up to 1 s; a client may connect twice to ask once, without TLS then
        self.assertLessEqual(times, 2 * (6 + time.monotonic() - began))
        self.server.start()
        until(lambda: self.said(pool, BACK), "it does not notice")
        self.assertEqual(pool.end(), -signal.SIGTERM)
        self.assertEqual((self.said(pool, GONE), self.said(pool, BACK), self.said(pool, ": failed")), (1, 1, 0), pool.said())
        self.assertEqual((self.said(pool, ": given back"), self.said(pool, "not given back")), (MANY, 0), pool.said())

    def test_one_that_says_nothing_holds_nobody_up(self):
        for number in signal.SIGTERM, signal.SIGINT:
            pool = self.pool("leaving", "--ttl", "5")
            self.server.pause()
            try:
                self.assertEqual(pool.end(number), -number)
            finally:
                self.server.resume()
            self.assertEqual(self.said(pool, ": given back"), 0, pool.said())
            if not self.said(pool, "the way out took too long"):
                self.assertEqual(self.said(pool, ": not given back: "), MANY, pool.said())
                self.assertEqual(self.said(pool, "the lease ends in "), MANY, pool.said())

    def test_the_second_signal_ends_it_at_once(self):
        pool = self.pool("in a hurry", "--ttl", "5")
        self.server.pause()
        try:
            pool.process.send_signal(signal.SIGTERM)
            self.assertIn(pool.end(signal.SIGINT), (-signal.SIGINT, -signal.SIGTERM))
        finally:
            self.server.resume()
        self.assertEqual(self.said(pool, "given back"), 0, pool.said())


if __name__ == "__main__":
    unittest.main()
