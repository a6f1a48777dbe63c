import * as vscode from 'vscode';
import * as z from 'zod';
import type { TemplateCheck } from '../../server/protocol.ts';
import type { Command } from '../commands.ts';
import type { Context } from '../context.ts';
import type { TaskTree } from '../tasks/tree.ts';
import { someTemplates } from '../templates/chosen.ts';
import { checksOf } from '../templates/decide.ts';
import type { TemplateTree } from '../templates/tree.ts';
import type { ResultsEditors } from './editor.ts';
import { evaluateCheckpoint } from './evaluate.ts';
import type { ResultsListing } from './listing.ts';
import type { ResultNode, ResultTree } from './tree.ts';
import { mainScore, timeWord } from './words.ts';

interface ResultsParts {
  tasks: TaskTree;
  templates: TemplateTree;
  results: ResultsListing;
  resultTree: ResultTree;
  resultsEditors: ResultsEditors;
}

/** What a CodeLens over a template names. */
const scored = z.object({ tasks: z.array(z.string()).min(1), template: z.string() });

function scoredOf(check: TemplateCheck | undefined): z.infer<typeof scored> | undefined {
  return check && { tasks: [check.task], template: check.template };
}

/** What the page exports: what it shows. */
const exported = z.object({ files: z.array(z.string()).min(1), against: z.string().optional() });

export function resultsCommands(context: Context, parts: ResultsParts): Command[] {
  const { results, resultTree, resultsEditors } = parts;
  const running = () => context.state?.root !== undefined;
  return [
    {
      id: 'heldout.showResults',
      enabled: running,
      run: async (first, selected) => {
        const chosen = chosenFiles(resultTree, first, selected);
        const [file, ...others] = chosen.length > 0 ? chosen : await pickFiles(results);
        if (file) await resultsEditors.show(file, others);
      },
    },
    {
      id: 'heldout.exportResults',
      enabled: running,
      run: async (first, selected) => {
        const page = exported.safeParse(first);
        const files = page.success ? page.data.files : chosenFiles(resultTree, first, selected);
        const against = page.success ? page.data.against : undefined;
        const shown = files.length > 0 ? files : await pickFiles(results);
        if (shown.length > 0) await exportResults(context, shown, against);
      },
    },
    {
      id: 'heldout.results.openAsText',
      run: async (first, selected) => {
        const [file] = chosenFiles(resultTree, first, selected);
        if (file) await vscode.window.showTextDocument(vscode.Uri.file(file));
      },
    },
    {
      id: 'heldout.evaluateCheckpoint',
      enabled: () => context.state?.imported === true,
      run: async (first, selected) => {
        const report = await evaluateCheckpoint(context, parts.tasks, first, selected);
        if (report) await resultsEditors.show(report.file, []);
      },
    },
    {
      id: 'heldout.evaluateChain',
      enabled: () => context.state?.imported === true,
      run: async (first, selected) => {
        const report = await evaluateCheckpoint(context, parts.tasks, first, selected, 'cot');
        if (report) await resultsEditors.show(report.file, []);
      },
    },
    {
      id: 'heldout.templates.score',
      enabled: () => context.state?.imported === true,
      run: async (first) => {
        const lens = scored.safeParse(first);
        const chosen = lens.success ? [] : await someTemplates(context, parts.templates, first);
        const named = lens.success ? lens.data : scoredOf(chosen[0]);
        if (!named || !(await savedFiles(context, named.tasks, named.template))) return;
        const report = await evaluateCheckpoint(context, parts.tasks, { ...named, where: 'here' }, undefined);
        if (report) await resultsEditors.show(report.file, []);
      },
    },
  ];
}

/** Results files that a command was called on: a path, a file of the explorer, or rows of the view. */
function chosenFiles(tree: ResultTree, first: unknown, selected: unknown): string[] {
  if (typeof first === 'string') return [first];
  if (first instanceof vscode.Uri) return [first.fsPath];
  const several = Array.isArray(selected) && selected.length > 0 ? (selected as ResultNode[]) : undefined;
  const one = isNode(first) ? [first] : [];
  // Without an argument it was called from the palette: what is selected is not what is meant.
  const nodes = several ?? (one.length > 0 ? one : first === undefined ? [] : tree.view.selection);
  return [...new Set(nodes.map(({ row }) => row.file))];
}

function isNode(value: unknown): value is ResultNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'row' in value;
}

async function pickFiles(results: ResultsListing): Promise<string[]> {
  const rows = (await results.rows()).filter(({ summary }) => summary !== null);
  if (rows.length === 0) {
    const evaluate = vscode.l10n.t('Evaluate on Checkpoint…');
    const message = vscode.l10n.t('There are no results yet.');
    void vscode.window.showInformationMessage(message, evaluate).then((choice) => {
      if (choice === evaluate) void vscode.commands.executeCommand('heldout.evaluateCheckpoint');
    });
    return [];
  }
  const items = rows.map((row, index) => ({
    label: row.name,
    description: `${mainScore(row)} · ${timeWord(row.summary!.created)}`,
    file: row.file,
    picked: index === 0,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Show Results'),
    placeHolder: vscode.l10n.t('Several stand side by side'),
    canPickMany: true,
    matchOnDescription: true,
  });
  return (picked ?? []).map(({ file }) => file);
}

async function exportResults(
  context: Context,
  files: readonly string[],
  against: string | undefined,
): Promise<void> {
  const formats = [
    { label: vscode.l10n.t('CSV'), format: 'csv' as const, language: 'plaintext' },
    { label: vscode.l10n.t('Markdown'), format: 'markdown' as const, language: 'markdown' },
    { label: vscode.l10n.t('LaTeX'), format: 'latex' as const, language: 'latex' },
  ];
  const title = vscode.l10n.t('Export Results');
  const how = await vscode.window.showQuickPick(formats, { title });
  if (!how) return;
  const depth = await vscode.window.showQuickPick(
    [
      { label: vscode.l10n.t('Levels and categories'), tasks: false },
      { label: vscode.l10n.t('Every task too'), tasks: true },
    ],
    { title },
  );
  if (!depth) return;
  const { format } = how;
  const { tasks } = depth;
  const { text } = await context.server.ask('exportResults', { files: [...files], format, tasks, against });
  const languages = await vscode.languages.getLanguages();
  const language = languages.includes(how.language) ? how.language : 'plaintext';
  const document = await vscode.workspace.openTextDocument({ content: text, language });
  await vscode.window.showTextDocument(document);
}

/** What is scored is what is on disk and imported: false where the person did not want to save. */
async function savedFiles(context: Context, tasks: readonly string[], template: string): Promise<boolean> {
  const checks = await checksOf(
    context,
    tasks.map((task) => ({ task, template })),
  );
  const files = new Set(checks.flatMap(({ location }) => location?.file ?? []));
  const open = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && uri.scheme === 'file' && files.has(uri.fsPath),
  );
  if (open.length === 0) return true;
  const save = vscode.l10n.t('Save and Import');
  const message = vscode.l10n.t('The template’s file is not saved; what is on disk is what is scored.');
  if ((await vscode.window.showWarningMessage(message, { modal: true }, save)) !== save) return false;
  for (const document of open) await document.save();
  await context.server.ask('import', {});
  return true;
}
