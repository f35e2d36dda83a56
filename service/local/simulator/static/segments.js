// The page's own copy of service/domain/segments.py, so that the count follows every key pressed.
"use strict";

const gsmBasic = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const gsmExtended = new Set("^{}\\[~]|€\f");

function countSegments(text) {
  const chars = Array.from(text);
  const plain = chars.every((char) => gsmBasic.has(char) || gsmExtended.has(char));
  const size = plain ? (char) => (gsmExtended.has(char) ? 2 : 1) : (char) => char.length;
  const [single, part] = plain ? [160, 153] : [70, 67];
  const units = chars.reduce((sum, char) => sum + size(char), 0);
  let count = units ? 1 : 0;
  if (units > single) {
    let used = 0;
    for (const char of chars) {
      if (used + size(char) > part) { count += 1; used = 0; }
      used += size(char);
    }
  }
  return { count, units, single, encoding: plain ? "GSM-7" : "UCS-2" };
}

function segmentWords(count, encoding) {
  return `${count} ${count === 1 ? "segment" : "segments"} · ${encoding}`;
}
