import type { JSX } from 'preact';
import type { MixtureChange, MixtureView } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { Button, TextField } from '../shared/toolkit.ts';
import { numberWord } from '../shared/words.ts';
import { Slider } from './slider.tsx';

export interface Steps {
  steps: number;
  batch: number;
  seed: number;
}

interface HeaderProps {
  view: MixtureView;
  change: MixtureChange;
  steps: Steps;
  changed: boolean;
  edit: (update: (now: MixtureChange) => MixtureChange) => void;
  setSteps: (steps: Steps) => void;
  write: () => void;
  reset: () => void;
}

/** The rules that hold for all: the cap, the extra streams, and for how long training goes on. */
export function Header(props: HeaderProps): JSX.Element {
  const { view, change, steps, changed, edit, setSteps, write, reset } = props;
  const number = (text: string, then: (value: number) => void) => {
    const value = Number(text.replaceAll(/[\s,.']/g, ''));
    if (Number.isInteger(value) && value >= 1) then(value);
  };
  return (
    <header class="header">
      <div class="row">
        <h1>{t('Mixture')}</h1>
        <span class="actions">
          <Button onClick={reset} disabled={!changed}>
            {t('Reset')}
          </Button>
          <Button onClick={write} disabled={!changed} primary>
            {t('Write to heldout.yaml')}
          </Button>
        </span>
      </div>
      <div class="row fields">
        <TextField
          label={t('Examples of a task at most')}
          size={7}
          value={String(change.max_examples ?? view.settings.maxExamples)}
          onChange={(text) => number(text, (max_examples) => edit((now) => ({ ...now, max_examples })))}
        />
        <TextField
          label={t('Steps')}
          size={6}
          value={String(steps.steps)}
          onChange={(text) => number(text, (count) => setSteps({ ...steps, steps: count }))}
        />
        <TextField
          label={t('Examples in a step')}
          size={5}
          value={String(steps.batch)}
          onChange={(text) => number(text, (batch) => setSteps({ ...steps, batch }))}
        />
        <TextField
          label={t('Seed')}
          size={4}
          value={String(steps.seed)}
          onChange={(text) => setSteps({ ...steps, seed: Math.trunc(Number(text)) || 0 })}
        />
      </div>
      <Extras view={view} change={change} edit={edit} />
      <p class="dim numbers">
        {view.hitCap === 1
          ? t('1 of {0} tasks hits the cap', numberWord(view.tasks.length))
          : t('{0} of {1} tasks hit the cap', numberWord(view.hitCap), numberWord(view.tasks.length))}
        {' · '}
        {t('{0} train examples', numberWord(view.examples))}
        {' · '}
        {t('{0} seen in {1} steps', numberWord(view.examplesSeen), numberWord(view.steps))}
        {view.shots && ` · ${t('{0} without demonstrations', shareWord(view.shots[0] ?? 1))}`}
      </p>
    </header>
  );
}

const EXTRAS = ['reasoning', 'pretraining', 'dialogue'] as const;

/** The share of each extra stream in all that is drawn. */
function Extras({ view, change, edit }: Pick<HeaderProps, 'view' | 'change' | 'edit'>): JSX.Element {
  const names = { reasoning: t('Reasoning'), pretraining: t('Pretraining'), dialogue: t('Dialogue') };
  return (
    <fieldset class="row extras" aria-label={t('Extra streams')}>
      {EXTRAS.map((extra) => {
        const there = view.collections.some(({ stream, examples }) => stream === extra && examples > 0);
        return (
          <Slider
            key={extra}
            label={names[extra]}
            value={Math.round((change[extra] ?? view.settings[extra]) * 1000) / 10}
            greatest={30}
            step={0.5}
            unit=" %"
            disabled={!there}
            note={there ? undefined : t('no collection')}
            onSlide={(percent) => edit((now) => ({ ...now, [extra]: percent / 100 }))}
          />
        );
      })}
    </fieldset>
  );
}

/** A share with two digits: proportions are compared. */
export function shareWord(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 2 : 1)} %`;
}
