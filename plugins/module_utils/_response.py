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
_MOST_MEMBERS = 16  # of one gzip; each costs time, also when it is empty
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
    a line of any length for each. Raises what urllib3 does, also of a body that ends too early.
    """
    # Before 2.0 urllib3 takes half a body for a whole one, unless it is told not to.
    response.enforce_content_length = True
    body = bytearray()
    while len(body) <= LARGEST_BODY:
        block = response.read(_CHUNK, decode_content=False)
        if not block:
            break
        body += block
    return bytes(body)


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body without the compression that was asked for, up to one byte beyond LARGEST_BODY.

    Anything else stays as it is, such as several layers, each of which could grow a thousandfold;
    some servers name a character set there. Raises ValueError for what is called gzip and is not,
    or not all of it.
    """
    if not body or encoding.strip().lower() not in ("gzip", "x-gzip"):
        return body
    found = bytearray()
    for _member in range(_MOST_MEMBERS):
        unpacker = zlib.decompressobj(wbits=_GZIP)
        try:
            found += unpacker.decompress(body, LARGEST_BODY + 1 - len(found))
        except zlib.error as error:
            raise ValueError("no gzip") from error
        if len(found) > LARGEST_BODY:
            return bytes(found)
        if not unpacker.eof:
            raise ValueError("half a gzip")
        body = unpacker.unused_data
        if not body:
            return bytes(found)
    raise ValueError("a gzip of too many members")
