import { posix } from 'node:path';
import { InputError } from '../../base/problem.ts';
import { readSmall } from '../small-file.ts';
import { share, sniff } from '../sniff.ts';
import type { Reader } from '../types.ts';

/** FLAN's template modules, read as Python literals and never executed; their records are elsewhere. */
export const flanTemplates: Reader = {
  format: 'flan-templates',
  accepts: (path) => /templates[^/]*\.py$/.test(posix.basename(path)),
  async scan(file, _options, sink) {
    // A parser of Python is much to load where no such file is read.
    const { readPatterns } = await import('./flan-patterns.ts');
    try {
      readPatterns(await readSmall(file.root, file.path), file.path, sink);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      sink.skip({ line: error.line ?? 0, reason: error.message });
    }
    sink.progress(file.bytes);
  },
  read(file) {
    throw new InputError('a file of templates holds no records', { file: file.path });
  },
  recognise: (folder) =>
    share(folder, (path) => path.endsWith('.py') && sniff(folder, path, /^PATTERNS\s*(?::[^=\n]*)?=\s*\{/m)),
};
