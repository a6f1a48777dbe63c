import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { PairList } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { Button, TextField } from '../shared/toolkit.ts';
import type { PairVerdict } from '../shared/types.ts';
import { leftWord, numberWord, shortened, VERDICTS, verdictMeaning, verdictWord } from '../shared/words.ts';
import type { Scope } from './scope.ts';

interface FootProps {
  reason: string;
  setReason: (reason: string) => void;
  recent: readonly string[];
  list: PairList | undefined;
  busy: boolean;
  decide: (verdict: PairVerdict) => void;
  skip: () => void;
  undo: () => void;
  next: () => void;
  /** What a verdict rules on, where that is more than this pair. */
  scope: Scope | undefined;
  widen: () => void;
  /** Pairs that share only the text that is looked at. */
  alike: number;
}

export const REASON_ID = 'reason';

/** The verdicts with their keys, the reason, and how far the queue has come. */
export function Foot(props: FootProps): JSX.Element {
  const { reason, setReason, recent, list, busy, decide, skip, undo, next } = props;
  const { scope, widen, alike } = props;
  /** Which recent reason the arrow keys have reached; -1 is what was typed. */
  const reached = useRef(-1);
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === 'Escape') {
      event.preventDefault();
      reached.current = -1;
      (document.querySelector('main') as HTMLElement | null)?.focus();
    } else if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && recent.length > 0) {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      reached.current = Math.min(Math.max(reached.current + step, -1), recent.length - 1);
      setReason(recent[reached.current] ?? '');
    }
  };
  return (
    <footer class="foot">
      <div class="reasons">
        <TextField
          id={REASON_ID}
          label={t('Reason')}
          hideLabel
          placeholder={t('Reason  (/ to type, ↓ for recent ones, Enter when done)')}
          value={reason}
          onInput={setReason}
          onKeyDown={press}
        />
        {recent.slice(0, 4).map((one) => (
          <button type="button" class="recent" key={one} title={one} onClick={() => setReason(one)}>
            {shortened(one, 32)}
          </button>
        ))}
      </div>
      {(alike > 1 || scope) && (
        <p class={scope ? 'scope wide' : 'scope'}>
          <Button onClick={widen} disabled={busy} pressed={scope !== undefined}>
            <span class="key">A</span> {t('All {0} pairs that share only this text', numberWord(alike))}
          </Button>
          {scope && (
            <strong role="status">
              {t('The verdict will rule on {0} pairs.', numberWord(scope.pairs.length))}
            </strong>
          )}
        </p>
      )}
      <fieldset class="verdicts" aria-label={t('Verdict')}>
        {VERDICTS.map((verdict, index) => (
          <Button
            key={verdict}
            onClick={() => decide(verdict)}
            disabled={busy}
            title={verdictMeaning(verdict)}
          >
            <span class="key">{index + 1}</span> {verdictWord(verdict)}
          </Button>
        ))}
        <span class="other">
          <Button onClick={skip} title={t('Leave it open and go on')}>
            <span class="key">S</span> {t('Skip')}
          </Button>
          <Button onClick={undo} disabled={busy} title={t('Take your last decision back')}>
            <span class="key">U</span> {t('Undo')}
          </Button>
          <Button onClick={next} title={t('The next pair that waits for a verdict')}>
            <span class="key">N</span> {t('Next pair')}
          </Button>
        </span>
        {list && <Progress list={list} />}
      </fieldset>
    </footer>
  );
}

function Progress({ list }: { list: PairList }): JSX.Element {
  const words = t('{0} of {1}', numberWord(list.decided), numberWord(list.total));
  const left =
    list.secondsLeft === undefined ? '' : ` · ${t('{0} at this pace', leftWord(list.secondsLeft))}`;
  return (
    <span class="progress numbers">
      <progress max={Math.max(1, list.total)} value={list.decided} aria-label={t('{0} decided', words)} />
      {words}
      {left}
    </span>
  );
}
