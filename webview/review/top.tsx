import type { JSX } from 'preact';
import type { PairRow } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { runCommand } from '../shared/messages.ts';
import { Ruled } from '../shared/ruled.tsx';
import { Tag } from '../shared/toolkit.ts';
import { levelWord, numberWord, percentWord } from '../shared/words.ts';
import { keyOf } from './queue.ts';

/** Which pair this is: both tasks, and how much they share. */
export function Top({ row }: { row: PairRow }): JSX.Element {
  return (
    <header class="top">
      <div class="tasks">
        <Task name={t('Train')} side={row.trainSide} />
        <span class="between">
          {row.sameSource ? <Tag>{t('same data source')}</Tag> : <span aria-hidden="true">→</span>}
        </span>
        <Task name={t('Eval')} side={row.evalSide} />
      </div>
      <Bar row={row} />
      <Ruled
        state={row.state}
        rulings={row.rulings}
        stale={t('Decided, but the evidence has changed since. Look again.')}
        decided={t('Decided, on the evidence shown here.')}
        settle={() => runCommand('heldout.pairs.settle', keyOf(row))}
      />
    </header>
  );
}

function Task({ name, side }: { name: string; side: PairRow['trainSide'] }): JSX.Element {
  const facts = [
    side.category,
    side.level ? levelWord(side.level) : '',
    side.source ? t('from {0}', side.source) : t('no data source named'),
  ].filter(Boolean);
  return (
    <div class="task">
      <h1>
        <span class="dim">{name}</span> {side.task}
      </h1>
      <p class="dim">{facts.join(' · ')}</p>
    </div>
  );
}

/** Of the eval examples: how many share text, how many share content, how many are whole short copies. */
function Bar({ row }: { row: PairRow }): JSX.Element {
  const boilerplate = row.overlapping - row.overlappingContent;
  const unchecked = row.short - row.shortMatches;
  const shares = [
    { kind: 'content', count: row.overlappingContent, words: t('share content') },
    { kind: 'boilerplate', count: boilerplate, words: t('share only what templates wrote') },
    { kind: 'copies', count: row.shortMatches, words: t('short, copied whole') },
    { kind: 'short', count: unchecked, words: t('short, no copy found') },
  ].filter((share) => share.count > 0);
  const rest = Math.max(0, row.evalExamples - shares.reduce((sum, share) => sum + share.count, 0));
  const summary = t(
    '{0} of {1} eval examples share text ({2})',
    numberWord(row.overlapping),
    numberWord(row.evalExamples),
    percentWord(row.fraction),
  );
  const told = shares.map((share) => `${numberWord(share.count)} ${share.words}`).join(', ');
  return (
    <div class="figures numbers">
      <div class="bar" role="img" aria-label={`${summary}. ${told}`}>
        {shares.map((share) => (
          <span key={share.kind} class={`share ${share.kind}`} style={{ flexGrow: share.count }} />
        ))}
        <span class="share" style={{ flexGrow: rest }} />
      </div>
      <p>
        <strong>{summary}</strong>
        {shares.map((share) => (
          <span key={share.kind} class="figure">
            <span class={`swatch ${share.kind}`} aria-hidden="true" />
            {numberWord(share.count)} {share.words} (
            {percentWord(share.count / Math.max(1, row.evalExamples))})
          </span>
        ))}
      </p>
    </div>
  );
}
