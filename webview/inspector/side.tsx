import type { JSX } from 'preact';
import type { InstanceView } from '../../server/protocol.ts';
import { fieldsOf, letterOf } from '../shared/fields.ts';
import { t } from '../shared/l10n.ts';
import { numberWord, originWord } from '../shared/words.ts';
import { countParts } from './runs.ts';
import { tokenWord } from './text.tsx';

/** Tokens that the model is given at once. */
const CONTEXT = 2048;

/** Beside the prompt: what each part is and how many tokens it has; candidates and references. */
export function Side({ view }: { view: InstanceView }): JSX.Element {
  return (
    <aside class="side" aria-label={t('Parts and answers')}>
      <Parts view={view} />
      <Answers view={view} />
    </aside>
  );
}

function Parts({ view }: { view: InstanceView }): JSX.Element {
  const fields = fieldsOf([...view.source, ...view.target]);
  const total = view.tokens.source + view.tokens.target;
  const rows = countParts(view).map((part) => {
    const index = part.field ? fields.indexOf(part.name) : -1;
    return { ...part, index, label: part.field ? part.name : originWord(part.name as 'template') };
  });
  return (
    <section aria-label={t('Parts')}>
      <h2>{view.tokens.unit === 'tokens' ? t('Parts, in tokens') : t('Parts, in words')}</h2>
      <table class="parts numbers">
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.field}:${row.name}`}>
              <td>
                {row.index >= 0 ? (
                  <span class={`sign field mark-${row.index % 6}`}>{letterOf(row.index)}</span>
                ) : (
                  <span class={`sign origin-${row.name}`} aria-hidden="true">
                    {row.name === 'delimiter' ? '⏎' : row.name === 'demonstration' ? '▸' : '¶'}
                  </span>
                )}
              </td>
              <th scope="row">{row.label}</th>
              <td>{numberWord(row.tokens)}</td>
            </tr>
          ))}
          <tr>
            <td>
              <span class="sign target-sign" aria-hidden="true" />
            </td>
            <th scope="row">{t('target')}</th>
            <td>{numberWord(view.tokens.target)}</td>
          </tr>
          <tr class="total">
            <td />
            <th scope="row">{t('together')}</th>
            <td>{numberWord(total)}</td>
          </tr>
        </tbody>
      </table>
      <p class="dim numbers">
        {view.cut === undefined
          ? t('{0} of {1}: fits', numberWord(total), tokenWord(view, CONTEXT))
          : t(
              '{0} over {1}: cut from the left',
              tokenWord(view, Math.max(0, total - CONTEXT)),
              numberWord(CONTEXT),
            )}
      </p>
    </section>
  );
}

function Answers({ view }: { view: InstanceView }): JSX.Element {
  const right = new Set(
    [...view.references, view.target.map((segment) => segment.text).join('')].map((one) => one.trim()),
  );
  return (
    <>
      {view.candidates && (
        <section aria-label={t('Candidates')}>
          <h2>{t('Candidates')}</h2>
          <ul class="answers">
            {view.candidates.map((candidate, index) => (
              <li key={index} class={right.has(candidate.trim()) ? 'right' : undefined}>
                <span class="tick" aria-hidden="true">
                  {right.has(candidate.trim()) ? '✓' : '·'}
                </span>
                <span class="instance">{candidate}</span>
                {right.has(candidate.trim()) && <span class="said">{t('the right one')}</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-label={t('References')}>
        <h2>{view.references.length === 1 ? t('Reference') : t('References')}</h2>
        {view.references.length === 0 && <p class="dim">{t('none: the record is not labelled')}</p>}
        <ul class="answers">
          {view.references.map((reference, index) => (
            <li key={index}>
              <span class="tick" aria-hidden="true">
                ·
              </span>
              <span class="instance">
                {reference === '' ? <span class="dim">{t('empty')}</span> : reference}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
