/** A name by its letters and digits alone: versions and case are written in many ways. */
export function spelling(name: string): string {
  return name
    .toLowerCase()
    .replace(/(^|[^a-z])v(?:ersion)?\s*(?=\d)/gu, '$1')
    .replace(/[._-]0\b/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, '');
}
