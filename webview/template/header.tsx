import type { JSX } from 'preact';
import type { TaskTemplates } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { openFile, runCommand } from '../shared/messages.ts';
import { Button, Checkbox, Dropdown } from '../shared/toolkit.ts';
import { numberWord, percentWord } from '../shared/words.ts';
import type { TemplateModel } from './model.ts';

/** Which template this is, what it is compared with, and what its task is given and asks for. */
export function Header({ model }: { model: TemplateModel }): JSX.Element {
  const { query, view, check, detail, showSpace, setShowSpace, choose, compare } = model;
  const templates = view?.templates ?? [];
  const others = templates.filter((name) => name !== query?.template);
  // A reader's own template stands in no file.
  const at = check && !check.location ? undefined : view?.templateAt;
  return (
    <header class="header">
      <div class="title">
        <h1>{query?.template}</h1>
        {check?.location && (
          <span class="score numbers" title={t('How likely it alters its task, as it was last saved')}>
            {t('{0} likely to alter its task', percentWord(check.score))}
          </span>
        )}
        {at && (
          <button type="button" class="link" onClick={() => openFile(at)}>
            {t('Open in file')}
          </button>
        )}
      </div>
      <p class="dim">
        {view?.task ?? query?.task ?? t('not of the bench')}
        {view && view.total > 0 && ` · ${t('{0} records', numberWord(view.total))}`}
        {check?.state === 'clean' && ` · ${t('nothing found that needs a verdict')}`}
      </p>
      {detail && <Declaration detail={detail} />}
      <div class="pickers">
        <Dropdown
          label={t('Template')}
          value={query?.template ?? ''}
          choices={templates.map((name) => ({ value: name, label: name }))}
          onChoose={choose}
        />
        <Dropdown
          label={t('Compare with')}
          value={view?.against ?? ''}
          choices={[
            { value: '', label: t('nothing') },
            ...others.map((name) => ({ value: name, label: name })),
          ]}
          onChoose={(name) => compare(name === '' ? undefined : name)}
        />
        <Checkbox label={t('White space')} checked={showSpace} onToggle={setShowSpace} />
      </div>
    </header>
  );
}

function Declaration({ detail }: { detail: TaskTemplates }): JSX.Element {
  const { state, inputs, targets, confidence } = detail.declaration;
  const states = {
    proposed: t('proposed'),
    declared: t('declared'),
    conflict: t('reviewers disagree'),
  };
  const sure = state === 'proposed' && confidence !== undefined ? ` · ${percentWord(confidence)}` : '';
  return (
    <p class="declaration">
      <span class="dim">{t('Task')}</span>
      <span>
        {inputs.join(', ') || t('nothing given')} →{' '}
        <strong>{targets.join(', ') || t('none of the fields')}</strong>
      </span>
      <span class="dim numbers">
        ({states[state]}
        {sure})
      </span>
      {state === 'proposed' && (
        <Button onClick={() => runCommand('heldout.templates.confirmDeclaration', detail.task)}>
          {t('Confirm')}
        </Button>
      )}
      <Button onClick={() => runCommand('heldout.templates.declare', detail.task)}>{t('Change…')}</Button>
    </p>
  );
}
