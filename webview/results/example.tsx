import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { InstanceView, ResultsFile, ScoredExample } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { ask, runCommand } from '../shared/messages.ts';
import { Button } from '../shared/toolkit.ts';
import { type Row, rightPlaces } from './outcome.ts';
import { whyWord } from './why.ts';

interface ExampleProps {
  row: Row;
  results: ResultsFile;
  besideName: string | undefined;
}

/** One example: its prompt as the model got it, candidates with their likelihoods, and why it is right or wrong. */
export function Example({ row, results, besideName }: ExampleProps): JSX.Element {
  const { scored, score, beside } = row;
  const { task, example, template, shown } = scored;
  const { seed } = results.settings;
  const query = { task, example, template, shots: shown, seed };
  return (
    <div class="example">
      <p class="why">{whyWord(scored, score)}</p>
      {beside && (
        <p class="why dim">
          {besideName}: {whyWord(beside.scored, beside.score)}
        </p>
      )}
      {scored.candidates ? (
        <Candidates scored={scored} beside={beside?.scored} name={results.name} besideName={besideName} />
      ) : (
        <Written scored={scored} beside={beside?.scored} name={results.name} besideName={besideName} />
      )}
      <Prompt query={query} truncated={scored.truncated} />
      <Button onClick={() => runCommand('heldout.inspect', query)}>{t('Open in Prompt Inspector')}</Button>
    </div>
  );
}

interface SidesProps {
  scored: ScoredExample;
  beside: ScoredExample | undefined;
  name: string;
  besideName: string | undefined;
}

function Candidates({ scored, beside, name, besideName }: SidesProps): JSX.Element {
  const right = rightPlaces(scored);
  const sides = [{ name, side: scored }, ...(beside ? [{ name: besideName ?? '', side: beside }] : [])];
  return (
    <table class="candidates numbers">
      <thead>
        <tr>
          <th scope="col">{t('Candidate')}</th>
          <th scope="col" class="number">
            {t('Tokens')}
          </th>
          {sides.map((each) => (
            <th key={each.name} scope="col" class="number">
              {t('Log-likelihood')} · {each.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {(scored.candidates ?? []).map((candidate, place) => (
          <tr key={candidate} class={place === scored.chosen ? 'chosen' : undefined}>
            <th scope="row">
              {candidate} {right.includes(place) && <span class="tag">{t('reference')}</span>}
            </th>
            <td class="number">{scored.tokens[place] ?? '–'}</td>
            {sides.map(({ name: key, side }) => (
              <td key={key} class="number">
                {side.chosen === place && <span class="tag">{t('chosen')}</span>}{' '}
                {side.logLikelihoods?.[place]?.toFixed(3) ?? '–'}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Written({ scored, beside, name, besideName }: SidesProps): JSX.Element {
  return (
    <dl class="written">
      <dt>{name}</dt>
      <dd class="instance">{scored.prediction ?? '–'}</dd>
      {beside && (
        <>
          <dt>{besideName}</dt>
          <dd class="instance">{beside.prediction ?? '–'}</dd>
        </>
      )}
      <dt>{scored.references.length === 1 ? t('Reference') : t('References')}</dt>
      {scored.references.map((text) => (
        <dd key={text} class="instance">
          {text}
        </dd>
      ))}
    </dl>
  );
}

interface PromptQuery {
  task: string;
  example: number;
  template: string;
  shots: number;
  seed: number;
}

/** Put together anew, from the bench as it is now. */
function Prompt({ query, truncated }: { query: PromptQuery; truncated: number }): JSX.Element {
  const [view, setView] = useState<InstanceView>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    let current = true;
    ask('instance', query).then(
      (answer) => current && setView(answer),
      (failure: Error) => current && setError(failure.message),
    );
    return () => {
      current = false;
    };
  }, [JSON.stringify(query)]);
  const problem = error ?? view?.error;
  return (
    <section aria-label={t('Prompt')} aria-busy={!view && !error}>
      <h3>{t('Prompt')}</h3>
      {truncated > 0 && <p class="dim">{t('Its first {0} tokens did not fit and were cut.', truncated)}</p>}
      {problem && (
        <p class="error" role="alert">
          {problem}
        </p>
      )}
      {view && !problem && <pre class="instance prompt">{view.source.map(({ text }) => text).join('')}</pre>}
    </section>
  );
}
