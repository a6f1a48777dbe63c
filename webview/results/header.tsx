import type { JSX } from 'preact';
import type { ResultsRow } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { runCommand } from '../shared/messages.ts';
import { Button, Checkbox, Dropdown } from '../shared/toolkit.ts';
import { timeWord } from '../shared/words.ts';
import type { Run } from './model.ts';

interface HeaderProps {
  runs: readonly Run[];
  known: readonly ResultsRow[];
  /** The file that the editor is of: always shown. */
  own: string;
  setOthers: (files: string[]) => void;
  against: string | undefined;
  setAgainst: (file: string | undefined) => void;
  comparing: boolean;
  changed: boolean;
  setChanged: (changed: boolean) => void;
}

export function Header(props: HeaderProps): JSX.Element {
  const { runs, known, own, setOthers, against, setAgainst, comparing, changed, setChanged } = props;
  const shown = runs.map(({ file }) => file);
  const rest = known.filter(({ file, summary }) => file !== own && summary !== null);
  const toggle = (file: string, on: boolean) =>
    setOthers([...shown.filter((one) => one !== own && one !== file), ...(on ? [file] : [])]);
  return (
    <header class="header">
      <div class="row">
        <h1>{t('Results')}</h1>
        {comparing && (
          <span class="dim" role="status">
            {t('Comparing…')}
          </span>
        )}
        <Button
          disabled={runs.length === 0}
          onClick={() => runCommand('heldout.exportResults', { files: shown, against })}
        >
          {t('Export…')}
        </Button>
      </div>
      <div class="row">
        {rest.length > 0 && (
          <details class="beside">
            <summary>{t('Runs side by side: {0}', runs.length)}</summary>
            <fieldset aria-label={t('Runs side by side: {0}', runs.length)}>
              {rest.map(({ file, name, summary }) => (
                <Checkbox
                  key={file}
                  label={`${name} · ${timeWord(summary!.created)}`}
                  checked={shown.includes(file)}
                  onToggle={(on) => toggle(file, on)}
                />
              ))}
            </fieldset>
          </details>
        )}
        {runs.length > 1 && (
          <>
            <Dropdown
              label={t('Differences against')}
              value={against ?? ''}
              choices={[
                { value: '', label: t('nothing') },
                ...runs.map(({ file, results }) => ({ value: file, label: results.name })),
              ]}
              onChoose={(file) => setAgainst(file || undefined)}
            />
            {against && <Checkbox label={t('Only what changed')} checked={changed} onToggle={setChanged} />}
          </>
        )}
      </div>
      {against && (
        <p class="dim legend">
          <span class="difference better">▲ {t('better')}</span>{' '}
          <span class="difference worse">▼ {t('worse')}</span>{' '}
          <span class="difference same">≈ {t('no difference that counts')}</span>{' '}
          {t('p < 0.05 by a paired test on the examples that both scored')}
        </p>
      )}
      {runs.map(({ file, results }) => (
        <Overlap key={file} results={results} many={runs.length > 1} />
      ))}
    </header>
  );
}

function Overlap({ results, many }: { results: Run['results']; many: boolean }): JSX.Element | null {
  const { overlap, name } = results;
  if (overlap.state === 'known') return null;
  const word =
    overlap.state === 'none'
      ? t('There are no clean scores: overlaps were not looked for before it was evaluated.')
      : t('Clean scores rest on overlaps found before the bench changed; tasks that changed have none.');
  return (
    <p class="warning">
      <span aria-hidden="true">⚠ </span>
      {many && `${name}: `}
      {word}{' '}
      <button type="button" class="link" onClick={() => runCommand('heldout.findOverlaps')}>
        {t('Find Overlaps')}
      </button>
    </p>
  );
}
