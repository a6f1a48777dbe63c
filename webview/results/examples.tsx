import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ParamsOf, ScoredPage, ShotsSetting } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { ask } from '../shared/messages.ts';
import { Button, Dropdown } from '../shared/toolkit.ts';
import { numberWord, shortened } from '../shared/words.ts';
import { Example } from './example.tsx';
import { moveInTable } from './grid.ts';
import type { Run } from './model.ts';
import { type Outcome, outcomeOf, type Row } from './outcome.ts';
import { scoreWord, shotsWord } from './words.ts';

const PAGE = 25;
type Only = NonNullable<ParamsOf<'scored'>['only']>;

interface ExamplesProps {
  runs: readonly Run[];
  subtask: string;
  template: string | undefined;
  /** The run that others stand against. */
  against: string | undefined;
  changed: boolean;
}

/** The examples of a task as one run scored them, a page at a time; beside it the run compared with. */
export function Examples({ runs, subtask, template, against, changed }: ExamplesProps): JSX.Element {
  const having = runs.filter(({ results }) => results.subtasks.some(({ id }) => id === subtask));
  const [file, setFile] = useState<string>();
  const [shots, setShots] = useState<ShotsSetting>();
  const [only, setOnly] = useState<Only>('all');
  const [start, setStart] = useState(0);
  const [page, setPage] = useState<ScoredPage>();
  const [error, setError] = useState<string>();
  const [open, setOpen] = useState<number>();
  const run =
    having.find((one) => one.file === file) ?? having.find((one) => one.file !== against) ?? having[0];
  const choices = run?.results.settings.shots ?? [];
  const at = shots !== undefined && choices.includes(shots) ? shots : choices[0];
  const other = having.find((one) => one.file === against && one !== run);
  const wanted: Only = other && changed ? 'differ' : only === 'differ' && !other ? 'all' : only;
  const first = JSON.stringify([subtask, template, run?.file, at, wanted, other?.file]);

  useEffect(() => setStart(0), [first]);
  useEffect(() => {
    if (!run || at === undefined) return;
    let current = true;
    setOpen(undefined);
    const query = { file: run.file, task: subtask, shots: at, template, only: wanted, start, count: PAGE };
    ask('scored', { ...query, beside: other?.file }).then(
      (answer) => {
        if (!current) return;
        setPage(answer);
        setError(undefined);
      },
      (failure: Error) => current && setError(failure.message),
    );
    return () => {
      current = false;
    };
  }, [first, start, run?.results.created]);

  if (!run || at === undefined) return <p class="dim">{t('None of these runs scored it.')}</p>;
  const onlyWords: { value: Only; label: string }[] = [
    { value: 'all', label: t('all') },
    { value: 'wrong', label: t('not right') },
    { value: 'right', label: t('right') },
    { value: 'failed', label: t('failed') },
    ...(other ? [{ value: 'differ' as const, label: t('scored otherwise') }] : []),
  ];
  return (
    <section class="examples" aria-label={t('Examples')} aria-busy={!page && !error}>
      <div class="row">
        <h2>{t('Examples')}</h2>
        {having.length > 1 && (
          <Dropdown
            label={t('Run')}
            value={run.file}
            choices={having.map((one) => ({ value: one.file, label: one.results.name }))}
            onChoose={setFile}
          />
        )}
        <Dropdown
          label={t('Shots')}
          value={String(at)}
          choices={choices.map((one) => ({ value: String(one), label: shotsWord(one) }))}
          onChoose={(word) => setShots(word === 'fit' ? word : Number(word))}
        />
        <Dropdown
          label={t('Show')}
          value={wanted}
          choices={onlyWords}
          onChoose={(value) => setOnly(value as Only)}
        />
        {page && <Pager total={page.total} start={start} setStart={setStart} />}
      </div>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {page && page.rows.length === 0 && <p class="dim">{t('No example is so.')}</p>}
      {page && page.rows.length > 0 && (
        <table class="rows" onKeyDown={moveInTable}>
          <thead>
            <tr>
              <th scope="col">{t('Example')}</th>
              <th scope="col" class="number">
                {t('Score')}
              </th>
              <th scope="col">{t('Prediction')}</th>
              <th scope="col">{t('Reference')}</th>
              {other && <th scope="col">{other.results.name}</th>}
              <th scope="col">{t('Overlap')}</th>
            </tr>
          </thead>
          <tbody>
            {page.rows.map((row, index) => [
              <Line
                key={`${row.scored.example} ${row.scored.template}`}
                row={row}
                compared={other !== undefined}
                open={open === index}
                toggle={() => setOpen(open === index ? undefined : index)}
              />,
              open === index && (
                <tr key="open" class="opened">
                  <td colSpan={other ? 6 : 5}>
                    <Example row={row} results={run.results} besideName={other?.results.name} />
                  </td>
                </tr>
              ),
            ])}
          </tbody>
        </table>
      )}
    </section>
  );
}

const SIGNS: Record<Outcome, string> = { right: '✓', partly: '◐', wrong: '✗', failed: '!' };

interface LineProps {
  row: Row;
  compared: boolean;
  open: boolean;
  toggle: () => void;
}

function Line({ row, compared, open, toggle }: LineProps): JSX.Element {
  const { scored, score, beside } = row;
  return (
    <tr class={open ? 'selected' : undefined}>
      <th scope="row">
        <button type="button" class="choose" aria-expanded={open} onClick={toggle}>
          {t('{0} · {1}', numberWord(scored.example + 1), scored.template)}
        </button>
      </th>
      <td class="number">
        <Mark score={score} />
      </td>
      <td>
        {scored.failed ? <span class="dim">{scored.failed}</span> : shortened(scored.prediction ?? '', 80)}
      </td>
      <td>{shortened(scored.references.join(' | '), 80)}</td>
      {compared && (
        <td>
          {beside ? (
            <>
              <Mark score={beside.score} /> {shortened(beside.scored.prediction ?? '', 60)}
            </>
          ) : (
            '–'
          )}
        </td>
      )}
      <td>{overlapWord(scored.overlap)}</td>
    </tr>
  );
}

function Mark({ score }: { score: number | null }): JSX.Element {
  const outcome = outcomeOf(score);
  const words: Record<Outcome, string> = {
    right: t('right'),
    partly: t('partly right'),
    wrong: t('wrong'),
    failed: t('failed'),
  };
  return (
    <span class={`mark ${outcome}`} title={words[outcome]}>
      {outcome === 'partly' ? scoreWord(score) : ''} <span aria-hidden="true">{SIGNS[outcome]}</span>
      <span class="said">{words[outcome]}</span>
    </span>
  );
}

function overlapWord(overlap: Row['scored']['overlap']): string {
  if (overlap === 'content') return t('shares text');
  if (overlap === 'boilerplate') return t('shares boilerplate');
  return overlap === 'clean' ? t('none') : '–';
}

interface PagerProps {
  total: number;
  start: number;
  setStart: (start: number) => void;
}

function Pager({ total, start, setStart }: PagerProps): JSX.Element {
  const last = Math.min(start + PAGE, total);
  return (
    <span class="actions numbers">
      <Button disabled={start === 0} onClick={() => setStart(Math.max(0, start - PAGE))}>
        {t('Previous')}
      </Button>
      <span role="status">
        {total === 0
          ? t('none')
          : t('{0} to {1} of {2}', numberWord(start + 1), numberWord(last), numberWord(total))}
      </span>
      <Button disabled={last >= total} onClick={() => setStart(start + PAGE)}>
        {t('Next')}
      </Button>
    </span>
  );
}
