import type { JSX } from 'preact';
import { AsTable } from '../as-table.tsx';
import { nearest, spread } from './line.ts';
import { type ChartView, type Range, type Series, valueWord } from './series.ts';

/** Rows at most. */
const MOST = 40;

interface ChartTableProps {
  title: string;
  series: readonly Series[];
  view: ChartView;
  yWord: (value: number) => string;
  range: Range;
}

/** The same as figures, evenly spread over the stretch that is drawn. */
export function ChartTable({ title, series, view, yWord, range }: ChartTableProps): JSX.Element {
  return (
    <AsTable
      title={title}
      content={() => (
        <>
          <thead>
            <tr>
              <th scope="col" class="number">
                {view.xName}
              </th>
              {series.map(({ key, name }) => (
                <th scope="col" class="number" key={key}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {spread(
              series.map(({ line }) => line),
              range,
              MOST,
            ).map((x) => (
              <tr key={x}>
                <th scope="row" class="number">
                  {view.xWord(x)}
                </th>
                {series.map((one) => (
                  <td class="number" key={one.key}>
                    {valueAt(one, x, yWord)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </>
      )}
    />
  );
}

/** The value near `x`; a dash where the line does not reach it. */
function valueAt(series: Series, x: number, yWord: (value: number) => string): string {
  const places = series.line.x;
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined || x < first || x > last) return '–';
  return valueWord(series, nearest(series.line, x), yWord);
}
