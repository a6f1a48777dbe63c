import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Foot, REASON_ID } from '../shared/foot.tsx';
import { t } from '../shared/l10n.ts';
import { runCommand } from '../shared/messages.ts';
import { Ruled } from '../shared/ruled.tsx';
import { Button, typesInto } from '../shared/toolkit.ts';
import type { TemplateVerdict } from '../shared/types.ts';
import { numberWord } from '../shared/words.ts';
import { Findings } from './findings.tsx';
import { Header } from './header.tsx';
import { type TemplateModel, useTemplate } from './model.ts';
import { recentReasons } from './query.ts';
import { Rows } from './rows.tsx';

const VERDICTS: readonly TemplateVerdict[] = ['keep', 'alters'];

function verdictWord(verdict: TemplateVerdict): string {
  return verdict === 'keep' ? t('Keep') : t('Alters the task');
}

function verdictMeaning(verdict: TemplateVerdict): string {
  return verdict === 'keep'
    ? t('It asks for the task’s own output')
    : t('It asks for something else; left out of what is built and evaluated');
}

/** The keys of the page, outside of its text field. */
function pressed(key: string, model: TemplateModel): boolean {
  const verdict = VERDICTS[Number(key) - 1];
  if (verdict) void model.decide(verdict);
  else if (key === 'arrowright') model.turn(1);
  else if (key === 'arrowleft') model.turn(-1);
  else if (key === ']') model.step(1);
  else if (key === '[') model.step(-1);
  else if (key === 'w') model.setShowSpace(!model.showSpace);
  else if (key === 'n') model.next();
  else if (key === 's') model.skip();
  else if (key === 'u') void model.undo();
  else if (key === '/') document.getElementById(REASON_ID)?.focus();
  else return false;
  return true;
}

/** The template page: what one template makes of real records, and the verdict on it. */
export function Template(): JSX.Element {
  const model = useTemplate();
  const latest = useRef(model);
  latest.current = model;
  const body = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typesInto(event)) return;
      if (pressed(event.key.toLowerCase(), latest.current)) event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);

  const { query, task, view, check, detail, list, error } = model;
  // Another template or another page of records begins at its top.
  useEffect(() => {
    if (body.current) body.current.scrollTop = 0;
  }, [query?.task, query?.template, query?.from]);

  if (!query) return model.waiting ? <main aria-busy="true" /> : <Nothing />;
  return (
    // Takes the focus back from the reason, so that the keys work again.
    <main class="template" tabIndex={-1} aria-busy={model.busy || !view}>
      <Header model={model} />
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <div class="body" ref={body}>
        {check && (
          <Ruled
            state={check.state}
            rulings={check.rulings}
            decided={t('Decided, on the template as it is.')}
            stale={t('Decided, but the template or its task’s targets have changed since. Look again.')}
            settle={() =>
              runCommand('heldout.templates.settle', { task: check.task, template: check.template })
            }
          />
        )}
        {view && <Findings findings={view.findings} />}
        {view?.nothing !== undefined && <p class="nothing dim">{view.nothing.replaceAll('`', '')}</p>}
        {view && (
          <Rows
            view={view}
            fields={detail?.fields.map(({ name }) => name) ?? []}
            showSpace={model.showSpace}
          />
        )}
        {view && view.total > query.count && <Paging model={model} />}
      </div>
      <p class="told" role="status">
        {model.said}
      </p>
      {task !== undefined && (
        <Foot
          {...model}
          verdicts={VERDICTS}
          word={verdictWord}
          meaning={verdictMeaning}
          nextWord={t('Next template')}
          nextMeaning={t('The next template that waits for a verdict')}
          recent={list ? recentReasons(list) : []}
          decide={(verdict) => void model.decide(verdict)}
          undo={() => void model.undo()}
        />
      )}
    </main>
  );
}

function Paging({ model }: { model: TemplateModel }): JSX.Element | null {
  const { view, query, turn } = model;
  if (!view || !query) return null;
  const last = Math.min(view.from + query.count, view.total);
  return (
    <nav class="paging" aria-label={t('Records')}>
      <Button onClick={() => turn(-1)} disabled={view.from === 0} label={t('Previous records')}>
        ←
      </Button>
      <span class="numbers">
        {t(
          'records {0} to {1} of {2}, edge cases first',
          numberWord(view.from + 1),
          numberWord(last),
          numberWord(view.total),
        )}
      </span>
      <Button onClick={() => turn(1)} disabled={last >= view.total} label={t('Next records')}>
        →
      </Button>
    </nav>
  );
}

function Nothing(): JSX.Element {
  return (
    <main class="empty">
      <p>{t('Put the cursor into a template of a templates file, or choose one in the Templates view.')}</p>
      <Button primary onClick={() => runCommand('heldout.templates.reviewNext')}>
        {t('Review Next Template')}
      </Button>
    </main>
  );
}
