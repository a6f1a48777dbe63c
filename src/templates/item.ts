import * as vscode from 'vscode';
import type { TaskTemplates, TemplateCheck } from '../../server/protocol.ts';
import { appendRulings, ruledIcon, ruledWords } from '../queue/item.ts';
import { escapeMarkdown, percentWord, shortTask } from '../words.ts';
import { declarationFields, declarationState, declaredIn, findingWord, worstFinding } from './words.ts';

/** What was found, and how many findings more there are. */
function foundWords(check: TemplateCheck): string[] {
  const worst = worstFinding(check);
  if (!worst) return [];
  const more = check.findings.length - 1;
  return [
    more === 0 ? findingWord(worst) : vscode.l10n.t('{0} and {1} more', findingWord(worst), String(more)),
  ];
}

/** A template in the queue: its task, what was found, the verdict. */
export function queueLine(check: TemplateCheck): string {
  return [shortTask(check.task), ...foundWords(check), ...ruledWords(check)].join(' · ');
}

/** A template under its task: the verdict, what was found, how it phrases the task. */
export function taskLine(check: TemplateCheck): string {
  return [...ruledWords(check), ...foundWords(check), check.phrase].filter(Boolean).join(' · ');
}

function icon(check: TemplateCheck): vscode.ThemeIcon {
  const ruled = ruledIcon(check);
  if (ruled) return ruled;
  switch (worstFinding(check)?.severity) {
    case 'error':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    case 'warning':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    case 'information':
      return new vscode.ThemeIcon('info');
    default:
      return new vscode.ThemeIcon('symbol-snippet');
  }
}

export function templateItem(check: TemplateCheck, place: 'queue' | 'task'): vscode.TreeItem {
  const line = place === 'queue' ? queueLine(check) : taskLine(check);
  // The figure first: it stays in sight in a narrow side bar. A reader's own template has none.
  const item = new vscode.TreeItem(
    check.location ? `${percentWord(check.score)}  ${check.template}` : check.template,
  );
  item.id = `${place}:${check.task}\n${check.template}`;
  item.description = line;
  item.iconPath = icon(check);
  item.contextValue = `template ${check.state}${check.location ? ' file' : ''}`;
  item.command = {
    command: 'heldout.templates.preview',
    title: vscode.l10n.t('Preview Template'),
    arguments: [{ task: check.task, template: check.template }],
  };
  item.accessibilityInformation = {
    label: vscode.l10n.t(
      'template {0}, {1} likely to alter its task, {2}',
      check.template,
      percentWord(check.score),
      line.replaceAll(' · ', ', '),
    ),
  };
  return item;
}

export function templateTooltip(check: TemplateCheck): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const likely = vscode.l10n.t('{0} likely to alter its task', percentWord(check.score));
  text.appendMarkdown(`**${escapeMarkdown(check.template)}**  \n${escapeMarkdown(check.task)}\n\n`);
  if (check.phrase) text.appendMarkdown(`> ${escapeMarkdown(check.phrase)}\n\n`);
  text.appendMarkdown(`- ${escapeMarkdown(likely)}\n`);
  if (check.originalTask !== undefined) {
    const marked = check.originalTask
      ? vscode.l10n.t('its file says: original task')
      : vscode.l10n.t('its file says: not the original task');
    text.appendMarkdown(`- ${escapeMarkdown(marked)}\n`);
  }
  for (const finding of check.findings) {
    text.appendMarkdown(`- ${escapeMarkdown(finding.message)}\n`);
  }
  appendRulings(text, check.rulings);
  return text;
}

/** The first row under a task: what it is given and asked for. */
export function declarationItem({ task, declaration, templates }: TaskTemplates): vscode.TreeItem {
  const fields = declarationFields(declaration);
  const item = new vscode.TreeItem(fields);
  const { state, confidence } = declaration;
  const sure = state === 'proposed' && confidence !== undefined ? [percentWord(confidence)] : [];
  // Where the format says it, there is nothing to confirm.
  const byFormat = state === 'proposed' && templates.every(({ location }) => !location);
  const description = byFormat
    ? vscode.l10n.t('as its format defines')
    : [declarationState(state), ...sure].join(' · ');
  item.id = `declaration:${task}`;
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(
    byFormat
      ? 'symbol-field'
      : { proposed: 'question', declared: 'verified', conflict: 'git-compare' }[state],
  );
  item.contextValue = `declaration ${byFormat ? 'format' : state}`;
  if (!byFormat) {
    item.command = {
      command: 'heldout.templates.declare',
      title: vscode.l10n.t('Declare Inputs and Targets…'),
      arguments: [task],
    };
  }
  item.accessibilityInformation = {
    label: vscode.l10n.t('inputs and targets: {0}, {1}', fields, description),
  };
  return item;
}

export function declarationTooltip({ declaration }: TaskTemplates): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const what =
    declaration.state === 'proposed'
      ? vscode.l10n.t(
          'What the task is given and what it asks for, as its templates and records make it likely. Confirm or change it once: findings are precise from then on.',
        )
      : vscode.l10n.t('What the task is given and what it asks for.');
  text.appendMarkdown(`${escapeMarkdown(what)}\n\n`);
  for (const ruling of declaration.rulings) {
    const when = new Date(ruling.time).toLocaleString(vscode.env.language);
    const declared = declaredIn(ruling);
    const fields = declared ? declarationFields(declared) : ruling.verdict;
    const said = [fields, ruling.reviewer, when, ruling.reason];
    text.appendMarkdown(`- ${escapeMarkdown(said.filter(Boolean).join(' · '))}\n`);
  }
  return text;
}
