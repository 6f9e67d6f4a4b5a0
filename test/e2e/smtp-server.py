"""A mail server (Debian's aiosmtpd) on three ports of its own: without TLS, with STARTTLS, with TLS from the start.
Says its ports and then every mail it took, a line of JSON each. What it answers stands in the recipient's name."""

import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

REFUSED = {
    "nobody": "550 5.1.1 no such user",
    "later": "451 4.7.1 come back later",
}
REFUSED_MAILS = {"full": "452 4.2.2 mailbox full", "spam": "554 5.7.1 not wanted"}


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = REFUSED.get(address.split("@")[0])
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        names = [address.split("@")[0] for address in envelope.rcpt_tos]
        if "hang" in names:
            await asyncio.sleep(3600)
        for name in names:
            if name in REFUSED_MAILS:
                return REFUSED_MAILS[name]
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": server.transport.get_extra_info("sslcontext") is not None,
            "login": bool(session.authenticated),
            "data": envelope.content.decode("latin-1"),
        }
        print(json.dumps(mail), flush=True)
        return "250 2.0.0 queued as 7"


def login(server, session, envelope, mechanism, data):
    is_right = data.login == b"muster" and data.password == b"s3cret"
    return AuthResult(success=is_right, handled=False)


async def main(certificate, key):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    auth = {"authenticator": login, "auth_require_tls": False}
    loop = asyncio.get_running_loop()
    ports = {}
    for name, own, of_socket in (
        ("plain", {}, {}),
        ("starttls", {"tls_context": tls}, {}),
        ("implicit", {}, {"ssl": tls}),
    ):
        make = lambda own=own: SMTP(Handler(), hostname="mail.example.net", loop=loop, **auth, **own)
        server = await loop.create_server(make, "127.0.0.1", 0, **of_socket)
        ports[name] = server.sockets[0].getsockname()[1]
    print(json.dumps(ports), flush=True)
    await asyncio.sleep(3600)


asyncio.run(main(*sys.argv[1:]))
