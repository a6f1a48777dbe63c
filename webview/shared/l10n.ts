/** Translations by English text, as the editor put them into the document. */
const strings: unknown = JSON.parse(document.documentElement.dataset.strings ?? '{}');

function translated(text: string): string {
  if (typeof strings !== 'object' || strings === null || !Object.hasOwn(strings, text)) return text;
  const found: unknown = (strings as Record<string, unknown>)[text];
  return typeof found === 'string' ? found : text;
}

/** The text in the editor's language, `{0}`, `{1}`… filled in. */
export function t(text: string, ...values: (string | number)[]): string {
  return translated(text).replaceAll(/\{(\d+)\}/g, (mark, index: string) => {
    const value = values[Number(index)];
    return value === undefined ? mark : String(value);
  });
}
