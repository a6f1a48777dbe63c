import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import * as z from 'zod';
import type { StatisticsView } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { keep, kept, onShow, runCommand } from '../shared/messages.ts';
import { Button, Dropdown, TextField } from '../shared/toolkit.ts';
import { numberWord } from '../shared/words.ts';
import { useCounting } from './counting.ts';
import { Distribution } from './distribution.tsx';
import { Rows } from './rows.tsx';

const keptState = z.object({ words: z.boolean(), sample: z.int().min(1), selected: z.string() });

/** The paper's Table 1 over this bench, and how long prompts are. */
export function Statistics(): JSX.Element {
  const [words, setWords] = useState(() => kept(keptState)?.words ?? false);
  const [sample, setSample] = useState(() => kept(keptState)?.sample ?? 100);
  const [selected, setSelected] = useState(() => kept(keptState)?.selected ?? '');
  const [tokenizer, setTokenizer] = useState<string>();
  const [shown, setShown] = useState(false);
  const used = words ? undefined : tokenizer;
  const { view, progress, stopped, error, stop, again } = useCounting({ tokenizer: used, sample }, shown);

  useEffect(
    () =>
      onShow(({ settings }) => {
        setTokenizer(settings.tokenizer);
        setShown(true);
      }),
    [],
  );
  useEffect(() => keep({ words, sample, selected }), [words, sample, selected]);

  const row = view && [...view.rows, view.total].find(({ collection }) => collection === selected);
  return (
    <main class="statistics" aria-busy={progress !== undefined}>
      <header class="header">
        <div class="row">
          <h1>{t('Statistics')}</h1>
          {progress && (
            <span class="counting numbers" role="status">
              <progress max={progress.of} value={progress.done} aria-label={t('Counting')} />{' '}
              {t('{0} of {1} collections', progress.done, progress.of)}{' '}
              <Button onClick={stop}>{t('Stop')}</Button>
            </span>
          )}
          {stopped && <Button onClick={again}>{t('Go on counting')}</Button>}
        </div>
        <div class="row">
          <Dropdown
            label={t('Count')}
            value={used ? 'tokenizer' : 'words'}
            choices={[
              { value: 'words', label: t('words') },
              ...(tokenizer ? [{ value: 'tokenizer', label: fileName(tokenizer) }] : []),
              { value: 'choose', label: t('Choose tokenizer…') },
            ]}
            onChoose={(choice) => {
              if (choice === 'choose') runCommand('heldout.chooseTokenizer');
              setWords(choice === 'words');
            }}
          />
          <TextField
            label={t('Prompts of a task at most')}
            size={6}
            value={String(sample)}
            onChange={(text) => {
              const value = Number(text.replaceAll(/\D/g, ''));
              if (value >= 1) setSample(Math.min(value, 100_000));
            }}
          />
        </div>
        {view && <Ground view={view} />}
      </header>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {view && (
        <div class="body">
          <Rows view={view} selected={selected} select={setSelected} />
          {row && <Distribution view={view} row={row} />}
        </div>
      )}
    </main>
  );
}

/** What the figures rest on. */
function Ground({ view }: { view: StatisticsView }): JSX.Element {
  const unit = view.unit === 'tokens' ? t('tokens') : t('words');
  const { sampled, failed } = view.total;
  return (
    <p class="dim numbers">
      {t(
        'Lengths in {0} of {1} prompts drawn by seed, up to {2} a task, without demonstrations; tasks weigh as many examples as they have.',
        unit,
        numberWord(sampled),
        numberWord(view.sample),
      )}
      {failed > 0 && ` ${t('{0} more could not be rendered.', numberWord(failed))}`}
    </p>
  );
}

function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
