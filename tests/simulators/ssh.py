"""A server with SSH and no updater: paramiko's server side over a real ``sh`` with a home of its own.

``OpenSSH`` itself is tried in ``tests/foreign/test_sshd.py``; this one stands in every run.
"""

import contextlib
import os
import socket
import subprocess
import threading
from pathlib import Path

import paramiko


class _Door(paramiko.ServerInterface):
    def __init__(self, host):
        self.host = host

    def get_allowed_auths(self, username):
        return "password,publickey"

    def check_auth_password(self, username, password):
        self.host.tried.append(username)
        right = (username, password) == (self.host.login, self.host.password)
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username, key):
        self.host.tried.append(username)
        right = username == self.host.login and self.host.public is not None and key == self.host.public
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED if kind == "session" else paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_exec_request(self, channel, command):
        threading.Thread(target=self.host.execute, args=(channel, command.decode()), daemon=True).start()
        return True


class SshHost:
    """``tried``: names that somebody tried to sign in with. ``commands``: every line that was executed."""

    def __init__(self, home: Path, password: str = "right", key=None):
        self.home, self.login, self.password, self.public = home, "okibi", password, None
        self.key = key or paramiko.ECDSAKey.generate()
        self.tried: list[str] = []
        self.commands: list[str] = []
        self.sessions: list[paramiko.Transport] = []
        self.path = os.environ["PATH"]
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def pin(self) -> str:
        return f"{self.key.get_name()} {self.key.fingerprint}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()
        self.cut()

    def cut(self) -> None:
        """Every session breaks off."""
        while self.sessions:
            self.sessions.pop().close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self._socket.accept()
                threading.Thread(target=self._greet, args=(plain,), daemon=True).start()

    def _greet(self, plain) -> None:
        transport = paramiko.Transport(plain)
        self.sessions.append(transport)
        transport.add_server_key(self.key)
        with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
            transport.start_server(server=_Door(self))

    def execute(self, channel, command: str) -> None:
        self.commands.append(command)
        environment = {"HOME": str(self.home), "PATH": self.path}
        process = subprocess.Popen(
            command, shell=True, cwd=self.home, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        feeding = threading.Thread(target=self._feed, args=(channel, process), daemon=True)
        feeding.start()
        with contextlib.suppress(OSError):
            while piece := os.read(process.stdout.fileno(), 32768):
                channel.sendall(piece)
        with contextlib.suppress(OSError, EOFError):
            channel.send_exit_status(process.wait())
            channel.close()

    @staticmethod
    def _feed(channel, process) -> None:
        with contextlib.suppress(OSError):
            while piece := channel.recv(32768):
                process.stdin.write(piece)
        with contextlib.suppress(OSError):
            process.stdin.close()
