// Copyright (c) 2026, the touchbasepro.sms contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What is broken in the page as it is laid out now, in sentences. Called with the width of the
// screen, since a page that overflows makes the window of a phone wider.
(width) => {
  const wrong = [];
  const name = (element) =>
    element.tagName.toLowerCase() +
    [...element.classList].map((one) => `.${one}`).join("") +
    ` ${JSON.stringify((element.textContent || "").trim().slice(0, 40))}`;
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const isInside = (box) => box.left >= -1 && box.right <= width + 1;
  const isScrolledTo = (element) => {
    for (let one = element.parentElement; one; one = one.parentElement) {
      if (scrolls(one) && isInside(one.getBoundingClientRect())) return true;
    }
    return false;
  };

  const pageWidth = document.documentElement.scrollWidth;
  if (pageWidth > width) wrong.push(`the page is ${pageWidth} pixels wide`);

  // On a phone, the menu waits beside the screen.
  const menu = document.querySelector("nav.wy-nav-side");
  for (const element of document.body.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    const isSeen = box.width > 1 && box.height > 1 && element.checkVisibility();
    if (!isSeen || menu?.contains(element) || isInside(box) || isScrolledTo(element)) continue;
    wrong.push(`${name(element)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)}`);
  }

  // Text that fills less than this is a column of syllables.
  const narrowest = 90;
  for (const cell of document.querySelectorAll("td, th")) {
    if (cell.textContent.trim().length > 40 && cell.clientWidth < narrowest) {
      wrong.push(`${name(cell)} has to fit into ${cell.clientWidth} pixels`);
    }
  }

  // So is a name that is broken into pieces of a few letters.
  for (const code of document.querySelectorAll("code")) {
    const range = document.createRange();
    range.selectNodeContents(code);
    const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
    if (lines > 1 && code.textContent.length / lines < 8) {
      wrong.push(`${name(code)} is broken into ${lines} lines`);
    }
  }

  for (const image of document.images) {
    if (!image.complete || !image.naturalWidth) wrong.push(`${image.src} was not loaded`);
  }
  return wrong;
};
