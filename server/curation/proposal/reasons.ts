import type { Evidence } from './types.ts';

/** A piece of evidence in words, for the command line and for what a decision says of itself. */
export function evidenceInWords({ kind, quote, similarity }: Evidence): string {
  switch (kind) {
    case 'tag':
      return `its collection says "${quote}"`;
    case 'own':
      return `its collection says "${quote}", which no known category is called`;
    case 'name':
      return `its name says "${quote}"`;
    case 'data':
      return `made of ${quote}`;
    case 'collection':
      return `its collection is called ${quote}`;
    case 'instruction':
      return `its instruction says "${quote}"`;
    case 'similar':
      return `reads like ${quote} (${(similarity ?? 0).toFixed(2)})`;
  }
}

/** The most telling reasons. */
export function reasonsInWords(evidence: readonly Evidence[], most = 3): string {
  return evidence.slice(0, most).map(evidenceInWords).join('; ');
}
