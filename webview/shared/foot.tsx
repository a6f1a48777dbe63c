import type { ComponentChildren, JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from './l10n.ts';
import { Button, TextField } from './toolkit.ts';
import { leftWord, numberWord, shortened } from './words.ts';

/** How far a queue has come. */
interface QueueProgress {
  decided: number;
  total: number;
  secondsLeft?: number | undefined;
}

interface FootProps<Verdict extends string> {
  /** What a verdict can be widened to, between the reason and the verdicts. */
  wider?: ComponentChildren;
  /** In the order of their keys, from 1. */
  verdicts: readonly Verdict[];
  word: (verdict: Verdict) => string;
  meaning: (verdict: Verdict) => string;
  /** The step to the next thing that waits, and what it does. */
  nextWord: string;
  nextMeaning: string;
  reason: string;
  setReason: (reason: string) => void;
  recent: readonly string[];
  list: QueueProgress | undefined;
  busy: boolean;
  decide: (verdict: Verdict) => void;
  skip: () => void;
  undo: () => void;
  next: () => void;
}

export const REASON_ID = 'reason';

/** The verdicts with their keys, the reason, and how far the queue has come. */
export function Foot<Verdict extends string>(props: FootProps<Verdict>): JSX.Element {
  const { verdicts, word, meaning, reason, setReason, recent, list, busy, decide, skip, undo, next } = props;
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
      {props.wider}
      <fieldset class="verdicts" aria-label={t('Verdict')}>
        {verdicts.map((verdict, index) => (
          <Button key={verdict} onClick={() => decide(verdict)} disabled={busy} title={meaning(verdict)}>
            <span class="key">{index + 1}</span> {word(verdict)}
          </Button>
        ))}
        <span class="other">
          <Button onClick={skip} title={t('Leave it open and go on')}>
            <span class="key">S</span> {t('Skip')}
          </Button>
          <Button onClick={undo} disabled={busy} title={t('Take your last decision back')}>
            <span class="key">U</span> {t('Undo')}
          </Button>
          <Button onClick={next} title={props.nextMeaning}>
            <span class="key">N</span> {props.nextWord}
          </Button>
        </span>
        {list && <Progress list={list} />}
      </fieldset>
    </footer>
  );
}

function Progress({ list }: { list: QueueProgress }): JSX.Element {
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
