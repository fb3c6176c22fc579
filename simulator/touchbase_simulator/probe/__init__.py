# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds out how a service behaves, with as few and as harmless requests as that takes.

* ``sequence`` is what is asked, in order; ``account`` sends it and watches over every request;
* ``session`` is HTTP, ``exchange`` one request with its response;
* ``observations`` says what the exchanges show, ``report`` writes it down;
* ``cleanup`` removes what was created, ``urls`` are how it knows them.
"""
