import type { JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import * as z from 'zod';
import { type InstanceView, instanceQuery } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { ask, keep, kept, onChanged, onShow } from '../shared/messages.ts';
import { typesInto } from '../shared/toolkit.ts';
import { numberWord } from '../shared/words.ts';
import { Header } from './header.tsx';
import { Side } from './side.tsx';
import { PromptText } from './text.tsx';

export type Query = z.output<typeof instanceQuery>;

const keptState = z.object({ query: instanceQuery, showSpace: z.boolean() });

/** The Prompt Inspector: one instance, as the model will get it. */
export function Inspector(): JSX.Element {
  const [query, setQuery] = useState<Query | undefined>(() => kept(keptState)?.query);
  const [showSpace, setShowSpace] = useState(() => kept(keptState)?.showSpace ?? false);
  const [view, setView] = useState<InstanceView>();
  const [error, setError] = useState<string>();
  const [tokenizer, setTokenizer] = useState<string>();
  const [version, setVersion] = useState(0);
  /** The last question alone counts: stepping is faster than answers come. */
  const asked = useRef(0);

  useEffect(() => {
    const stopShow = onShow((show) => {
      const path = show.settings.tokenizer;
      setTokenizer(path);
      const wanted = show.inspector;
      setQuery((now) => {
        if (!wanted) return now && { ...now, tokenizer: path };
        return { ...wanted, tokenizer: path };
      });
    });
    const stopChanged = onChanged((what) => {
      if (what.includes('tasks') || what.includes('state')) setVersion((count) => count + 1);
    });
    return () => {
      stopShow();
      stopChanged();
    };
  }, []);

  useEffect(() => {
    if (!query) return;
    keep({ query, showSpace });
    const turn = ++asked.current;
    ask('instance', query).then(
      (answer) => {
        if (turn !== asked.current) return;
        setView(answer);
        setError(undefined);
      },
      (failure: Error) => {
        if (turn === asked.current) setError(failure.message);
      },
    );
  }, [query, version]);

  useEffect(() => {
    if (query) keep({ query, showSpace });
  }, [query, showSpace]);

  const change = useCallback((part: Partial<Query>) => {
    setQuery((now) => now && { ...now, ...part });
  }, []);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!view || typesInto(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      if (step !== 0) {
        event.preventDefault();
        setQuery(
          (now) => now && { ...now, example: Math.min(Math.max(now.example + step, 0), view.examples - 1) },
        );
      } else if (event.key === '[' || event.key === ']') {
        const at = view.templates.indexOf(view.template) + (event.key === ']' ? 1 : -1);
        const template = view.templates.at(at % view.templates.length);
        if (template !== undefined) change({ template });
      } else if (event.key === 'w') {
        setShowSpace((show) => !show);
      }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [view, change]);

  if (!query) {
    return (
      <main class="empty">
        <p>{t('Select a task in the Tasks view to see its prompt.')}</p>
      </main>
    );
  }
  return (
    <main class="inspector" aria-busy={view === undefined}>
      {view && <Header {...{ view, query, tokenizer, showSpace, change, setShowSpace }} />}
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {view?.error && (
        <p class="error" role="alert">
          {t('The template fails on this record: {0}', view.error)}
        </p>
      )}
      {view && !view.error && view.demonstrations.length < view.shots && (
        <p class="note" role="note">
          {t(
            '{0} of {1} demonstrations: the task has no more training examples.',
            view.demonstrations.length,
            view.shots,
          )}
        </p>
      )}
      {view && !view.error && (
        <div class="body">
          <PromptText view={view} showSpace={showSpace} />
          <Side view={view} />
        </div>
      )}
      <p class="said" role="status">
        {view && t('Example {0} of {1}', numberWord(view.example + 1), numberWord(view.examples))}
      </p>
    </main>
  );
}
