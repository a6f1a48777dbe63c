/**
 * Writes samples/data anew: `node scripts/make-samples.ts`. The Parquet files need pyarrow:
 * `node scripts/make-samples.ts --parquet-rows | python scripts/samples/write_parquet.py samples/data`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parquetRows, sampleFiles } from './samples/files.ts';

const data = join(import.meta.dirname, '..', 'samples', 'data');

if (process.argv.includes('--parquet-rows')) {
  process.stdout.write(JSON.stringify(Object.fromEntries(parquetRows())));
} else {
  const files = sampleFiles();
  let bytes = 0;
  for (const [path, content] of files) {
    mkdirSync(dirname(join(data, path)), { recursive: true });
    writeFileSync(join(data, path), content);
    bytes += content.length;
  }
  console.log(`${files.size} files, ${bytes} bytes`);
}
