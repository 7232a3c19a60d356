"""Mail goes to the relay encrypted, or, to a relay on this very machine, as it is; never in the clear over a network."""

import smtplib
import socketserver
import threading
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from app.kernel import outbox


class _Relay(socketserver.ThreadingTCPServer):
    """A relay that doesn't know encryption, and notes what is said to it."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        self.said: list[str] = []
        super().__init__(("127.0.0.1", 0), _Talk)


class _Talk(socketserver.StreamRequestHandler):
    server: _Relay

    def handle(self) -> None:
        self.wfile.write(b"220 relay\r\n")
        for line in self.rfile:
            said = line.decode().strip().upper()
            self.server.said.append(said)
            answer = {"DATA": b"354 go on\r\n", "QUIT": b"221 bye\r\n"}.get(said, b"250 fine\r\n")
            if said == "DATA":
                self.wfile.write(answer)
                while self.rfile.readline() != b".\r\n":
                    pass
                answer = b"250 taken\r\n"
            self.wfile.write(answer)
            if said == "QUIT":
                return


@pytest.fixture
def relay() -> Iterator[_Relay]:
    with _Relay() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def mail() -> EmailMessage:
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = (
        "roundtable@example.org",
        "aisha@example.org",
        "Your link",
    )
    written.set_content("https://roundtable.example/sign-in/secret")
    return written


def test_a_relay_on_this_machine_gets_the_mail_as_it_is(relay, mail, given):
    outbox._hand_over(
        given.model_copy(update={"mail_server": f"smtp://127.0.0.1:{relay.server_address[1]}"}), mail
    )
    assert "RCPT TO:<AISHA@EXAMPLE.ORG>" in relay.said


def test_a_relay_elsewhere_that_can_not_encrypt_gets_no_mail(relay, mail, given, monkeypatch):
    monkeypatch.setattr(outbox, "HERE", frozenset())
    address = f"smtp://127.0.0.1:{relay.server_address[1]}"
    with pytest.raises(smtplib.SMTPException):
        outbox._hand_over(given.model_copy(update={"mail_server": address}), mail)
    assert {said.split()[0] for said in relay.said} <= {"EHLO", "HELO", "QUIT"}
