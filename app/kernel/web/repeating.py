"""A request that lost the database before anything was answered is asked once more, with the same body."""

from app.kernel.web.asgi import Message, Receive

LARGEST = 1 << 20
"""Bytes of a body that are kept to be read again; a larger one is not repeated."""


class AskAgain(Exception):
    """The request lost its connection, or came second, before anything was answered; asked again it may well do."""


class Kept:
    """What a request says, kept as it is read, so that it can be read from the beginning."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._read: list[Message] = []
        self._at = 0
        self._bytes = 0

    async def __call__(self) -> Message:
        if self._at < len(self._read):
            message = self._read[self._at]
            self._at += 1
            return message
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        if self.is_whole:
            self._read.append(message)
            self._at += 1
        else:
            self._read.clear()
        return message

    @property
    def is_whole(self) -> bool:
        """Whether all that was read can be read again."""
        return self._bytes <= LARGEST

    def from_the_beginning(self) -> None:
        self._at = 0
