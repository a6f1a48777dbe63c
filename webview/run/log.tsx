import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { JobState } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { ask, onJobs, runCommand } from '../shared/messages.ts';
import { Button } from '../shared/toolkit.ts';
import { logLines } from './log-lines.ts';
import { isActive } from './words.ts';

/** Characters that are kept on the page; the whole log opens in the editor. */
const KEPT = 200_000;
/** A work may print without reporting anything: its log is looked at this often besides. */
const EVERY_MS = 3000;

/** The end of the log, followed while the run goes on. */
export function Log({ id, state }: { id: string; state: JobState }): JSX.Element {
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const next = useRef<number | undefined>(undefined);
  const asking = useRef(false);
  const box = useRef<HTMLPreElement>(null);
  /** A person who scrolled up reads there: the log then grows below. */
  const atEnd = useRef(true);

  const load = async () => {
    if (asking.current) return;
    asking.current = true;
    try {
      const answer = await ask('jobLog', { id, from: next.current });
      next.current = answer.next;
      if (answer.text) setText((before) => (before + answer.text).slice(-KEPT));
      setError(undefined);
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
    asking.current = false;
  };

  useEffect(() => {
    void load();
    return onJobs((ids) => {
      if (ids.includes(id)) void load();
    });
  }, []);
  useEffect(() => {
    void load();
    if (!isActive(state)) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void load();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [state]);
  useLayoutEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);

  return (
    <section class="log" aria-label={t('Log')}>
      <div class="row">
        <h2>{t('Log')}</h2>
        <Button onClick={() => runCommand('heldout.runs.openLog', { id })}>{t('Open log')}</Button>
      </div>
      {error && <p class="dim">{error}</p>}
      <pre
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by the arrow keys
        tabIndex={0}
        onScroll={(event) => {
          const { scrollTop, clientHeight, scrollHeight } = event.currentTarget;
          atEnd.current = scrollTop + clientHeight >= scrollHeight - 8;
        }}
      >
        {text ? logLines(text) : t('Nothing printed yet.')}
      </pre>
    </section>
  );
}
