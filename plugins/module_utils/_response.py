# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What comes over the line, read within limits, whatever it is; private to this collection."""

from __future__ import annotations

import http.client
import zlib
from typing import Any

LARGEST_BODY = 8 * 1024 * 1024  # bytes
_CHUNK = 16 * 1024  # bytes
_GZIP = 31  # what zlib calls the largest window in the form of gzip
_INTERIM = range(100, 200)
_SWITCHING = 101


class FinalResponse(http.client.HTTPResponse):
    """The answer to a request, without those that only go before it.

    Any number of interim ones may come unasked (RFC 9110, 15.2). http.client skips 100 alone: it
    would take a 103 for the answer, and what follows for the answer to the next request.
    """

    def begin(self) -> None:
        """Read status and headers of the first answer that is not interim."""
        super().begin()
        while self.status in _INTERIM:
            if self.status == _SWITCHING:
                raise http.client.UnknownProtocol("101")
            # So it begins; with headers it would take itself for read.
            self.headers = self.msg = None  # type: ignore[assignment]
            super().begin()

    def _read_next_chunk_size(self) -> int:
        # http.client takes "-1" and reads all there is.
        size: int = super()._read_next_chunk_size()  # type: ignore[misc]
        if size < 0:
            raise http.client.IncompleteRead(b"")
        return size


def body_of(response: Any) -> bytes:
    """The body of urllib3's response as it was sent, up to one chunk beyond LARGEST_BODY.

    Read in blocks, so that http.client sees to the parts of a chunked one: urllib3 before 2.6 reads
    a line of any length for each.
    """
    body = bytearray()
    while len(body) <= LARGEST_BODY:
        block = response.read(_CHUNK, decode_content=False)
        if not block:
            break
        body += block
    return bytes(body)


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body without its compression, up to one byte beyond LARGEST_BODY.

    Several layers are not asked for, and each could grow a thousandfold. Raises ValueError for what
    is not gzip, or not all of it.
    """
    layer = encoding.strip().lower()
    if layer in ("", "identity"):
        return body
    if layer not in ("gzip", "x-gzip"):
        raise ValueError(f"content encoding {encoding!r}")
    found = bytearray()
    while body and len(found) <= LARGEST_BODY:
        unpacker = zlib.decompressobj(wbits=_GZIP)
        try:
            found += unpacker.decompress(body, LARGEST_BODY + 1 - len(found))
        except zlib.error as error:
            raise ValueError("no gzip") from error
        if not unpacker.eof and len(found) <= LARGEST_BODY:
            raise ValueError("half a gzip")
        body = unpacker.unused_data
    return bytes(found)
