import { useEffect, useRef, useState } from 'preact/hooks';
import * as z from 'zod';
import {
  type ParamsOf,
  previewQuery,
  type TaskTemplates,
  type TemplateCheck,
  type TemplateList,
  type TemplatePreview,
} from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { ask, keep, kept, onChanged, onShow, runCommand } from '../shared/messages.ts';
import { messageOf, type RulingModel, useRuling } from '../shared/ruling.ts';
import type { TemplateVerdict } from '../shared/types.ts';
import { verdictDone } from '../shared/words.ts';
import { neighbour, nextWaiting, type Query, sameAs, shownQuery, type TemplateKey, turned } from './query.ts';

const keptState = z.object({ query: previewQuery.optional(), reason: z.string(), showSpace: z.boolean() });

export interface TemplateModel extends RulingModel<TemplateVerdict> {
  /** The editor has not yet said what to show. */
  waiting: boolean;
  query: Query | undefined;
  /** The task of the bench that the template is of; absent where the file is not of the bench. */
  task: string | undefined;
  view: TemplatePreview | undefined;
  /** The template and its task as the bench was last checked. */
  check: TemplateCheck | undefined;
  detail: TaskTemplates | undefined;
  list: TemplateList | undefined;
  error: string | undefined;
  showSpace: boolean;
  setShowSpace: (show: boolean) => void;
  /** Shows another template of the same file. */
  choose: (template: string) => void;
  compare: (against: string | undefined) => void;
  /** So many pages of records on, or templates of the file. */
  turn: (step: number) => void;
  step: (step: number) => void;
}

/** Asks anew whenever `key` changes; the last question alone counts. */
function useAnswer<T>(
  key: string,
  question: (() => Promise<T>) | undefined,
  take: (answer: T) => void,
  fail: (message: string) => void,
): void {
  const asked = useRef(0);
  useEffect(() => {
    if (!question) return;
    const turn = ++asked.current;
    question().then(
      (answer) => turn === asked.current && take(answer),
      (failure: unknown) => turn === asked.current && fail(messageOf(failure)),
    );
  }, [key]);
}

/** What the template page knows and can do. */
export function useTemplate(): TemplateModel {
  const [query, setQuery] = useState<Query | undefined>(() => kept(keptState)?.query);
  const [showSpace, setShowSpace] = useState(() => kept(keptState)?.showSpace ?? false);
  const [queue, setQueue] = useState<ParamsOf<'templates'>>();
  const [advance, setAdvance] = useState(true);
  const [view, setView] = useState<TemplatePreview>();
  const [detail, setDetail] = useState<TaskTemplates>();
  const [list, setList] = useState<TemplateList>();
  const [error, setError] = useState<string>();
  /** Told by the editor, which it does at each edit of the file, and changes that the server tells. */
  const [told, setTold] = useState(0);
  const [version, setVersion] = useState(0);

  useEffect(() => {
    const stopShow = onShow((show) => {
      setAdvance(show.settings.advance);
      setQueue(show.templates ?? { order: 'score', filter: {} });
      setTold((count) => count + 1);
      const wanted = show.preview;
      if (wanted) setQuery((now) => shownQuery(now, previewQuery.parse(wanted)));
    });
    const stopChanged = onChanged((what) => {
      if (what.some((part) => part === 'templates' || part === 'decisions' || part === 'tasks')) {
        setVersion((count) => count + 1);
      }
    });
    return () => {
      stopShow();
      stopChanged();
    };
  }, []);

  useAnswer(
    JSON.stringify([query, told, version]),
    query && (() => ask('preview', query)),
    (answer) => {
      setView(answer);
      setError(undefined);
    },
    setError,
  );
  const loaded =
    view !== undefined &&
    view.template === query?.template &&
    (query.task === undefined || view.task === query.task);
  const task = query?.task ?? (loaded ? view.task : undefined);
  useAnswer(
    JSON.stringify([task, version]),
    task === undefined ? undefined : () => ask('taskTemplates', { task }),
    setDetail,
    setError,
  );
  useAnswer(JSON.stringify([queue, version]), queue && (() => ask('templates', queue)), setList, setError);

  const at = query && task !== undefined ? { task, template: query.template } : undefined;
  const ownDetail = detail?.task === task ? detail : undefined;
  const check = ownDetail?.templates.find(({ template }) => template === query?.template);
  const go = (key: TemplateKey) => {
    const file = list?.templates.find((row) => sameAs(row, key))?.location?.file;
    setQuery((now) => previewQuery.parse({ ...key, file, count: now?.count }));
    runCommand('heldout.templates.reveal', key);
  };
  const ruling = useRuling<TemplateKey, TemplateVerdict>(
    {
      at,
      // A verdict is on what is shown, never on a template that is still loading.
      shown: loaded && check ? at : undefined,
      same: sameAs,
      following: (skipped) => list && nextWaiting(list, at, skipped),
      go,
      record: (key, verdict, reason) => ask('decideTemplates', { templates: [key], verdict, reason }),
      doneWord: (key, verdict) => `${verdictDone(verdict)}: ${key.template}`,
      keyOf: ({ subject }) =>
        subject.kind === 'template' ? { task: subject.task, template: subject.template } : undefined,
      failed: error !== undefined,
      advance,
      changed: () => setVersion((count) => count + 1),
      lastWord: t('That was the last template that waited for a verdict.'),
      noneWord: t('No other template waits for a verdict.'),
    },
    kept(keptState)?.reason ?? '',
    setError,
  );
  const { reason } = ruling;
  useEffect(() => keep({ query, reason, showSpace }), [query, reason, showSpace]);

  const change = (part: Partial<Query>) => setQuery((now) => now && { ...now, ...part });
  const choose = (template: string) => {
    setQuery((now) => now && shownQuery(now, { ...now, template, against: undefined }));
    if (task !== undefined) runCommand('heldout.templates.reveal', { task, template });
  };
  return {
    ...ruling,
    waiting: told === 0,
    query,
    task,
    view,
    check,
    detail: ownDetail,
    list,
    error,
    showSpace,
    setShowSpace,
    choose,
    compare: (against) => change({ against }),
    turn: (step) => view && query && change({ from: turned(query.from, query.count, view.total, step) }),
    step: (step) => {
      const template = view && query && neighbour(view.templates, query.template, step);
      if (template !== undefined) choose(template);
    },
  };
}
