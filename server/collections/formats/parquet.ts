import { mappedFacts, mappedRecord, mappingOf, taskOfRecord } from '../mapping.ts';
import { ending, stem } from '../names.ts';
import { parquetReader } from '../parquet-reader.ts';
import { share } from '../sniff.ts';
import type { Reader } from '../types.ts';

/** Parquet with any columns. */
export const parquet: Reader = {
  format: 'parquet',
  accepts: (path) => path.toLowerCase().endsWith('.parquet'),
  recognise: (folder) =>
    share(folder, (path) => ending(path) === '.parquet' && folder.head(path).startsWith('PAR1')) * 0.6,
  ...parquetReader({
    format: 'parquet',
    open(file, columns, options) {
      const mapping = mappingOf(options.fields, columns);
      return {
        record: (fields) => mappedRecord(fields, mapping),
        task: taskOfRecord(mapping, stem(file.path)),
        facts: (task) => mappedFacts(task, mapping),
      };
    },
  }),
};
