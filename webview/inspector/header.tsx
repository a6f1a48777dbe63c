import type { JSX } from 'preact';
import type { InstanceView } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { openFile, runCommand } from '../shared/messages.ts';
import { Button, Checkbox, Dropdown, TextField } from '../shared/toolkit.ts';
import { numberWord } from '../shared/words.ts';
import type { Query } from './inspector.tsx';

interface HeaderProps {
  view: InstanceView;
  query: Query;
  tokenizer: string | undefined;
  showSpace: boolean;
  change: (change: Partial<Query>) => void;
  setShowSpace: (show: boolean) => void;
}

const SHOTS = [0, 1, 2, 3, 4, 5, 8, 16];

function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** The pickers: which example, template, shots, seed and tokenizer; and the ways out to the files. */
export function Header({
  view,
  query,
  tokenizer,
  showSpace,
  change,
  setShowSpace,
}: HeaderProps): JSX.Element {
  const shots = SHOTS.includes(query.shots) ? SHOTS : [...SHOTS, query.shots].sort((a, b) => a - b);
  const step = (by: number) =>
    change({ example: Math.min(Math.max(view.example + by, 0), view.examples - 1) });
  const goTo = (text: string) => {
    const number = Number(text.replaceAll(/\D/g, ''));
    if (number >= 1) change({ example: Math.min(number, view.examples) - 1 });
  };
  return (
    <header class="header">
      <div class="row">
        <h1>{view.task}</h1>
        <span class="steps">
          <Button
            onClick={() => step(-1)}
            disabled={view.example === 0}
            label={t('Previous example')}
            title={t('Previous example (←)')}
          >
            ←
          </Button>
          <TextField
            label={t('Example number')}
            hideLabel
            size={5}
            value={String(view.example + 1)}
            onChange={goTo}
          />
          <span class="dim numbers">{t('of {0}', numberWord(view.examples))}</span>
          <Button
            onClick={() => step(1)}
            disabled={view.example >= view.examples - 1}
            label={t('Next example')}
            title={t('Next example (→)')}
          >
            →
          </Button>
        </span>
      </div>
      <div class="row pickers">
        <Dropdown
          label={t('Template')}
          value={view.template}
          choices={view.templates.map((name) => ({ value: name, label: name }))}
          onChoose={(template) => change({ template })}
        />
        <Dropdown
          label={t('Shots')}
          value={String(query.shots)}
          choices={shots.map((count) => ({ value: String(count), label: String(count) }))}
          onChoose={(count) => change({ shots: Number(count) })}
        />
        <Dropdown
          label={t('Put together for')}
          value={query.metaicl ?? 'prompt'}
          choices={[
            { value: 'prompt', label: t('evaluation') },
            { value: 'plain', label: t('MetaICL, plain loss') },
            { value: 'suffix', label: t('MetaICL, suffix loss') },
          ]}
          onChoose={(choice) =>
            change({ metaicl: choice === 'plain' || choice === 'suffix' ? choice : undefined })
          }
        />
        <TextField
          label={t('Seed')}
          size={4}
          value={String(query.seed)}
          onChange={(text) => change({ seed: Math.trunc(Number(text)) || 0 })}
        />
        <Dropdown
          label={t('Count')}
          value={query.tokenizer ? 'tokenizer' : 'words'}
          choices={[
            { value: 'words', label: t('words') },
            ...(tokenizer ? [{ value: 'tokenizer', label: fileName(tokenizer) }] : []),
            { value: 'choose', label: t('Choose tokenizer…') },
          ]}
          onChoose={(choice) => {
            if (choice === 'choose') runCommand('heldout.chooseTokenizer');
            else change({ tokenizer: choice === 'tokenizer' ? tokenizer : undefined });
          }}
        />
        <Checkbox label={t('White space')} checked={showSpace} onToggle={setShowSpace} />
      </div>
      <div class="row links">
        {view.record && (
          <button type="button" class="link" onClick={() => view.record && openFile(view.record)}>
            {t('Open record')}
          </button>
        )}
        {view.templateAt && (
          <button type="button" class="link" onClick={() => view.templateAt && openFile(view.templateAt)}>
            {t('Open template')}
          </button>
        )}
        <button type="button" class="link" onClick={() => runCommand('heldout.openAsText', query)}>
          {t('Open as text')}
        </button>
        {view.record && (
          <span class="dim">
            {fileName(view.record.file)}:{view.record.line}
          </span>
        )}
      </div>
    </header>
  );
}
