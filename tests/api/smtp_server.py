"""A mail server for the tests, made of aiosmtpd. It behaves as the name before the @ of the recipient says, and tells on
standard output, a line of JSON each, what it did. Its first line is its port. It ends with its standard input."""

import asyncio
import collections
import email
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


def tell(**what):
    print(json.dumps(what), flush=True)


class Stalling(SMTP):
    """Does not let a mail for `stalled` be sent at the first try: it falls silent after DATA."""

    async def smtp_DATA(self, arg):
        if getattr(self.envelope, "is_stalled", False):
            tell(did="stalled", to=self.envelope.rcpt_tos[0])
            await asyncio.sleep(5)
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class Handler:
    """Refuses, delays and drops by recipient; what is said to happen `once` happens at the first try."""

    def __init__(self):
        self.tries = collections.Counter()

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        self.tries[name] += 1
        if name == "refused":
            tell(did="refused", to=address)
            return "550 5.1.1 no such mailbox"
        if name == "greylisted" and self.tries[name] < 3:
            tell(did="greylisted", to=address)
            return "451 4.7.1 come back later"
        # Decided here: another mail for the same one may come in between.
        envelope.is_first = self.tries[name] == 1
        envelope.is_stalled = envelope.is_first and name == "stalled"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        mail = email.message_from_bytes(envelope.content)
        seen = {
            "to": envelope.rcpt_tos[0],
            "id": mail["Message-ID"],
            "subject": mail["Subject"],
            "inReplyTo": mail["In-Reply-To"],
            "references": (mail["References"] or "").split(),
            "text": "\n".join(part.get_payload(decode=True).decode() for part in mail.walk() if part.get_content_maintype() == "text"),
            "tls": session.ssl is not None,
            "user": session.auth_data and session.auth_data.login.decode(),
            "parts": [part.get_content_type() for part in mail.walk()],
        }
        if name == "dropped" and envelope.is_first:
            tell(did="dropped", **seen)
            server.transport.abort()
            return "250 never heard"
        if name == "slow" and envelope.is_first:
            tell(did="slow", **seen)
            await asyncio.sleep(5)
        if name == "spam":
            tell(did="spam", **seen)
            return "554 5.7.1 not wanted"
        tell(did="accepted", **seen)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    if data.password == b"right":
        return AuthResult(success=True, auth_data=data)
    tell(did="not let in")
    return AuthResult(success=False, handled=False)


async def main(tls):
    handler = Handler()
    settings = {}
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        settings = {"tls_context": context, "require_starttls": True, "authenticator": authenticate, "auth_required": True}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Stalling(handler, loop=loop, **settings), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main(sys.argv[1:]))
