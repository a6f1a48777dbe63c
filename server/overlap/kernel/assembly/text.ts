/** The character that `decode` read last. */
export let decoded: u32 = 0;

/** The bytes of the UTF-8 character beyond ASCII at a place, the character in `decoded`; 0 where it is malformed. */
export function decode(at: usize): usize {
  const first: u32 = load<u8>(at);
  if (first < 0xc2 || first > 0xf4) return 0;
  const length: u32 = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  let code = first & (0xff >> (length + 1));
  for (let i: u32 = 1; i < length; i++) {
    const byte: u32 = load<u8>(at + i);
    if ((byte & 0xc0) != 0x80) return 0;
    code = (code << 6) | (byte & 0x3f);
  }
  if (length == 3 && (code < 0x800 || (code >= 0xd800 && code <= 0xdfff))) return 0;
  if (length == 4 && (code < 0x10000 || code > 0x10ffff)) return 0;
  decoded = code;
  return length;
}

/** The value of four hexadecimal digits, or -1. */
export function hex4(at: usize): i32 {
  let value = 0;
  for (let i: usize = 0; i < 4; i++) {
    const byte: i32 = load<u8>(at + i);
    const lower = byte | 0x20;
    let digit = -1;
    if (byte >= 0x30 && byte <= 0x39) digit = byte - 0x30;
    else if (lower >= 0x61 && lower <= 0x66) digit = lower - 0x57;
    if (digit < 0) return -1;
    value = (value << 4) | digit;
  }
  return value;
}

/** What a backslash and this byte stand for; 0 for `u`, -1 where JSON has no such escape. */
export function escapeOf(byte: u8): i32 {
  switch (byte) {
    case 0x6e:
      return 10;
    case 0x22:
    case 0x5c:
    case 0x2f:
      return byte;
    case 0x74:
      return 9;
    case 0x72:
      return 13;
    case 0x62:
      return 8;
    case 0x66:
      return 12;
    case 0x75:
      return 0;
    default:
      return -1;
  }
}
