import type { JSX } from 'preact';
import { AsTable } from '../shared/as-table.tsx';
import { t } from '../shared/l10n.ts';
import { numberWord } from '../shared/words.ts';
import type { SpreadRow } from './spread.ts';
import { estimateWord, metricWord } from './words.ts';

interface SpreadTableProps {
  title: string;
  rows: readonly SpreadRow[];
  word: (row: SpreadRow) => string;
}

/** The dots as figures. */
export function SpreadTable({ title, rows, word }: SpreadTableProps): JSX.Element {
  return (
    <AsTable
      title={title}
      content={() => (
        <>
          <thead>
            <tr>
              <th scope="col">{t('Task')}</th>
              <th scope="col">{t('Template')}</th>
              <th scope="col" class="number">
                {t('Score')}
              </th>
              <th scope="col">{t('Metric')}</th>
              <th scope="col" class="number">
                {t('Instances')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) =>
              row.dots.map(({ template, metric, estimate }, index) => (
                <tr key={`${row.key} ${template}`}>
                  {index === 0 && (
                    <th scope="rowgroup" rowSpan={row.dots.length}>
                      {word(row)}
                    </th>
                  )}
                  <td>{template}</td>
                  <td class="number">{estimateWord(estimate)}</td>
                  <td>{metricWord(metric)}</td>
                  <td class="number">{numberWord(estimate.count)}</td>
                </tr>
              )),
            )}
          </tbody>
        </>
      )}
    />
  );
}
