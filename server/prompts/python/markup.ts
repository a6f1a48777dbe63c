/** markupsafe: escaping, and the text of HTML. */
import { chargeText } from './budget.ts';
import { str } from './print.ts';
import { Markup, type Value } from './values.ts';

const REPLACEMENTS: { [char: string]: string } = {
  '&': '&amp;',
  '>': '&gt;',
  '<': '&lt;',
  "'": '&#39;',
  '"': '&#34;',
};

export function escapeHtml(text: string): string {
  const escaped = text.replace(/[&<>'"]/g, (char) => REPLACEMENTS[char]!);
  chargeText(escaped.length);
  return escaped;
}

/** markupsafe's `escape`. */
export function escapeValue(value: Value): Markup {
  return value instanceof Markup ? value : new Markup(escapeHtml(str(value)));
}

/** A result of a str method: `Markup` when the object was. */
export function like(object: Value, text: string): Value {
  return object instanceof Markup ? new Markup(text) : text;
}
