/** Terminal colours and cursor moves. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with the escape character
const CONTROL = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

/** A log as a terminal would have it in the end: a line written over shows its last state, colours are left out. */
export function logLines(text: string): string {
  return text
    .replaceAll(CONTROL, '')
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => {
      const written = line.split('\r').filter(Boolean);
      return written.at(-1) ?? '';
    })
    .join('\n');
}
