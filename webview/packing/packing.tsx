import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import * as z from 'zod';
import type { PackingView } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { ask, keep, kept, onChanged, onShow, runCommand } from '../shared/messages.ts';
import { Button, TextField } from '../shared/toolkit.ts';
import { numberWord, percentWord } from '../shared/words.ts';
import { Documents } from './documents.tsx';
import { Mask } from './mask.tsx';
import { collectionsOf, letterOf } from './model.ts';
import { Sequences } from './sequences.tsx';
import { Tokens } from './tokens.tsx';

const keptState = z.object({
  start: z.int().min(0),
  sequences: z.int().min(1).max(256),
  length: z.int().min(16).max(32_768),
  seed: z.int(),
  show: z.int().min(0),
});
type Query = z.output<typeof keptState>;

const FIRST: Query = { start: 0, sequences: 16, length: 2048, seed: 0, show: 0 };

/** How the training stream packs: sequences with their examples, loss, padding and attention. */
export function Packing(): JSX.Element {
  const [query, setQuery] = useState<Query>(() => kept(keptState) ?? FIRST);
  const [tokenizer, setTokenizer] = useState<string | null>();
  const [view, setView] = useState<PackingView>();
  const [error, setError] = useState<string>();
  const [version, setVersion] = useState(0);
  /** Where the batches before this one began. */
  const [before, setBefore] = useState<number[]>([]);
  const asked = useRef(0);

  useEffect(() => {
    const stopShow = onShow(({ settings }) => setTokenizer(settings.tokenizer ?? null));
    const stopChanged = onChanged((what) => {
      if (what.includes('tasks')) setVersion((count) => count + 1);
    });
    return () => {
      stopShow();
      stopChanged();
    };
  }, []);

  useEffect(() => {
    keep(query);
    if (!tokenizer) return;
    const turn = ++asked.current;
    ask('packing', { ...query, tokenizer }).then(
      (answer) => {
        if (turn !== asked.current) return;
        setView(answer);
        setError(undefined);
      },
      (failure: Error) => {
        if (turn === asked.current) setError(failure.message);
      },
    );
  }, [query, tokenizer, version]);

  if (tokenizer === null) return <NoTokenizer />;
  const change = (part: Partial<Query>) => setQuery({ ...query, show: 0, ...part });
  const sequence = view?.sequences[Math.min(query.show, view.sequences.length - 1)];
  const colours = view ? collectionsOf(view) : [];
  return (
    <main class="packing" aria-busy={view === undefined}>
      <header class="header">
        <div class="row">
          <h1>{t('Packing')}</h1>
          <span class="actions">
            <Button
              disabled={before.length === 0}
              onClick={() => {
                change({ start: before.at(-1) ?? 0 });
                setBefore(before.slice(0, -1));
              }}
            >
              {t('Previous batch')}
            </Button>
            <Button
              disabled={!view}
              onClick={() => {
                setBefore([...before, query.start]);
                change({ start: view?.next ?? 0 });
              }}
            >
              {t('Next batch')}
            </Button>
          </span>
        </div>
        <Fields query={query} change={change} restart={() => setBefore([])} />
        {view && <Summary view={view} />}
      </header>
      {error && (
        <>
          <p class="error" role="alert">
            {error}
          </p>
          <p class="mend">
            <ChooseTokenizer />
          </p>
        </>
      )}
      {!error && view && sequence && (
        <div class="body">
          <Legend colours={colours} />
          <Sequences
            view={view}
            colours={colours}
            shown={Math.min(query.show, view.sequences.length - 1)}
            show={(show) => setQuery({ ...query, show })}
          />
          <div class="sequence">
            <Mask sequence={sequence} length={view.length} colours={colours} />
            <Documents sequence={sequence} colours={colours} seed={query.seed} />
          </div>
          <Tokens view={view} sequence={sequence} colours={colours} />
        </div>
      )}
    </main>
  );
}

function NoTokenizer(): JSX.Element {
  return (
    <main class="empty">
      <p>{t('Packing is exact: it needs the tokenizer.json of the model that is trained.')}</p>
      <ChooseTokenizer />
    </main>
  );
}

function ChooseTokenizer(): JSX.Element {
  return (
    <Button primary onClick={() => runCommand('heldout.chooseTokenizer')}>
      {t('Choose tokenizer…')}
    </Button>
  );
}

interface FieldsProps {
  query: Query;
  change: (part: Partial<Query>) => void;
  restart: () => void;
}

function Fields({ query, change, restart }: FieldsProps): JSX.Element {
  const field = (key: 'sequences' | 'length' | 'start' | 'seed', label: string, shift = 0) => (
    <TextField
      label={label}
      size={6}
      value={String(query[key] + shift)}
      onChange={(text) => {
        const value = Number(text.replaceAll(/\D/g, '')) - shift;
        if (!keptState.shape[key].safeParse(value).success) return;
        restart();
        change({ [key]: value });
      }}
    />
  );
  return (
    <div class="row fields">
      {field('sequences', t('Sequences'))}
      {field('length', t('Tokens in a sequence'))}
      {field('start', t('First draw'), 1)}
      {field('seed', t('Seed'))}
    </div>
  );
}

function Summary({ view }: { view: PackingView }): JSX.Element {
  const parts = [
    t('{0} examples in {1} sequences', numberWord(view.examples), numberWord(view.sequences.length)),
    t('{0} padding', percentWord(view.padding)),
    t('loss on {0}', percentWord(view.loss)),
    view.truncated === 1 ? t('1 cut from the left') : t('{0} cut from the left', numberWord(view.truncated)),
    ...(view.failed > 0 ? [t('{0} passed over: their template fails', numberWord(view.failed))] : []),
  ];
  return (
    <p class="dim numbers" role="status">
      {parts.join(' · ')}
    </p>
  );
}

function Legend({ colours }: { colours: readonly string[] }): JSX.Element {
  return (
    <p class="legend dim">
      {colours.map((name, index) => (
        <span key={name} class={`mark-${index % 6}`}>
          <span class="patch" aria-hidden="true">
            {letterOf(index)}
          </span>{' '}
          {name}
        </span>
      ))}
      <span>
        <span class="patch loss" aria-hidden="true" /> {t('takes loss')}
      </span>
      <span>
        <span class="patch padding" aria-hidden="true" /> {t('padding')}
      </span>
    </p>
  );
}
