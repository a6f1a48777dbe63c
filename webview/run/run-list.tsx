import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { JobRow } from '../../server/protocol.ts';
import { Sample } from '../shared/chart/legend.tsx';
import { letterOf } from '../shared/fields.ts';
import { t } from '../shared/l10n.ts';
import { TextField } from '../shared/toolkit.ts';
import { type Drawn, MOST_DRAWN } from './drawn.ts';
import { lossWord, stateSign, stateWord } from './words.ts';

/** From so many runs on, they can be searched. */
const MANY = 8;

interface RunListProps {
  rows: readonly JobRow[];
  shown: string;
  drawn: readonly Drawn[];
  show: (id: string) => void;
  toggle: (id: string) => void;
}

/** The bench's runs: one is shown, those ticked are drawn over it. */
export function RunList({ rows, shown, drawn, show, toggle }: RunListProps): JSX.Element {
  const [search, setSearch] = useState('');
  const found = rows.filter(({ name, id }) => `${name}\n${id}`.toLowerCase().includes(search.toLowerCase()));
  const full = drawn.length >= MOST_DRAWN;
  return (
    <nav class="runs" aria-label={t('Runs')}>
      <h2>{t('Runs')}</h2>
      {rows.length > MANY && (
        <TextField
          hideLabel
          label={t('Search runs')}
          placeholder={t('Search runs')}
          value={search}
          onInput={setSearch}
        />
      )}
      {found.length === 0 && <p class="dim">{t('No run matches.')}</p>}
      <ul>
        {found.map((row) => {
          const mark = drawn.find(({ id }) => id === row.id)?.mark;
          const isShown = row.id === shown;
          return (
            <li key={row.id} class={isShown ? 'chosen' : undefined}>
              <input
                type="checkbox"
                aria-label={t('Draw {0} too', row.name)}
                title={
                  full && mark === undefined
                    ? t('{0} runs at most', MOST_DRAWN)
                    : t('Draw over the run that is shown')
                }
                checked={mark !== undefined}
                disabled={isShown || (full && mark === undefined)}
                onChange={() => toggle(row.id)}
              />
              <button
                type="button"
                aria-current={isShown ? 'true' : undefined}
                title={row.id}
                onClick={() => show(row.id)}
              >
                <span class="name">{row.name}</span>
                <span class="dim numbers">
                  <span class={`state ${row.state}`}>
                    <span class="sign" aria-hidden="true">
                      {stateSign(row.state)}
                    </span>{' '}
                    {stateWord(row.state)}
                  </span>
                  {row.loss !== null && ` · ${lossWord(row.loss)}`}
                </span>
              </button>
              {mark !== undefined && drawn.length > 1 && (
                <span class="mark">
                  <Sample mark={mark} />
                  <span class={`letter mark-${mark % 6}`}>{letterOf(mark)}</span>
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
