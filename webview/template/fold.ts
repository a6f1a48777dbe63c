/** A field's text is folded when it is longer than this. */
const MOST = 700;
const HEAD = 380;
const TAIL = 180;

/** Whether a UTF-16 offset stands between the two halves of a character. */
function splits(text: string, at: number): boolean {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) && /[\uD800-\uDBFF]/.test(text.charAt(at - 1));
}

/**
 * A long text as its beginning, the middle that is folded away, and its end, so that what the template
 * writes around it stays in sight; undefined where it is short enough to be shown whole.
 */
export function fold(text: string): { head: string; middle: string; tail: string } | undefined {
  if (text.length <= MOST) return undefined;
  const first = splits(text, HEAD) ? HEAD - 1 : HEAD;
  const last = text.length - TAIL;
  const second = splits(text, last) ? last + 1 : last;
  return { head: text.slice(0, first), middle: text.slice(first, second), tail: text.slice(second) };
}
