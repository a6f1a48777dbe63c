import type { JSX } from 'preact';
import type { Ruling } from '../../server/protocol.ts';
import { t } from './l10n.ts';
import { Button } from './toolkit.ts';
import { timeWord, verdictDone } from './words.ts';

interface RuledProps {
  state: string;
  rulings: readonly Ruling[];
  /** Said of a decision that still holds, and of one whose grounds have changed. */
  decided: string;
  stale: string;
  settle: () => void;
}

/** What was ruled, by whom, when, and whether its grounds are still the same. */
export function Ruled({ state, rulings, decided, stale, settle }: RuledProps): JSX.Element | null {
  if (rulings.length === 0) return null;
  const heading = state === 'stale' ? stale : state === 'conflict' ? t('The verdicts disagree.') : decided;
  return (
    <section class={`ruled ${state}`} aria-label={t('Verdict')}>
      <span class="sign" aria-hidden="true">
        {state === 'decided' ? '✓' : '!'}
      </span>
      <div>
        <strong>{heading}</strong>
        <ul>
          {rulings.map((ruling) => (
            <li key={ruling.id}>
              {verdictDone(ruling.verdict)} · {ruling.reviewer} · {timeWord(ruling.time)} ·{' '}
              {ruling.reason || <span class="dim">{t('no reason given')}</span>}
            </li>
          ))}
        </ul>
      </div>
      {state === 'conflict' && <Button onClick={settle}>{t('Settle…')}</Button>}
    </section>
  );
}
