import * as vscode from 'vscode';
import * as z from 'zod';
import type { PairOrder, PairRow } from '../../server/protocol.ts';
import type { Command } from '../commands.ts';
import type { Context } from '../context.ts';
import type { Pages } from '../pages/pages.ts';
import { ruleOn, settle, undoDecisions } from '../queue/decide.ts';
import { chosenRows } from '../queue/tree.ts';
import { searchAsYouType } from '../tasks/filter.ts';
import { orderWord, shortTask } from '../words.ts';
import { rulablePair } from './decide.ts';
import { pickPairFilter } from './filter.ts';
import { reviewShared, sharedText } from './shared.ts';
import { ruleOnText } from './text.ts';
import type { PairTree } from './tree.ts';

const pairKey = z.object({ train: z.string(), eval: z.string() });
export type PairKey = z.infer<typeof pairKey>;

/** One pair: given as a key or a row, selected in the tree, or picked from the queue. */
async function onePair(tree: PairTree, first: unknown): Promise<PairKey | undefined> {
  const key = pairKey.safeParse(first);
  if (key.success) return key.data;
  const [row] = chosenRows(tree, first, undefined);
  if (row) return { train: row.train, eval: row.eval };
  return pickRow(await tree.rows(), vscode.l10n.t('Choose a Pair'));
}

async function pickRow(rows: readonly PairRow[], title: string): Promise<PairRow | undefined> {
  const picked = await vscode.window.showQuickPick(
    rows.map((row) => ({
      label: `${shortTask(row.train)} → ${shortTask(row.eval)}`,
      description: `${row.train} · ${row.eval}`,
      row,
    })),
    { title, matchOnDescription: true },
  );
  return picked?.row;
}

export function pairCommands(context: Context, tree: PairTree, pages: Pages): Command[] {
  const found = () => context.state?.overlapAt !== undefined;
  const order = (order: PairOrder) => () => tree.setOrder(order);
  return [
    { id: 'heldout.pairs.orderByFraction', run: order('fraction') },
    { id: 'heldout.pairs.orderByContent', run: order('content') },
    { id: 'heldout.pairs.orderBySource', run: order('source') },
    { id: 'heldout.pairs.orderBySize', run: order('size') },
    {
      id: 'heldout.pairs.order',
      run: async () => {
        const orders: PairOrder[] = ['fraction', 'content', 'source', 'size'];
        const picked = await vscode.window.showQuickPick(
          orders.map((order) => ({
            label: orderWord(order),
            description: order === tree.order ? vscode.l10n.t('now') : undefined,
            order,
          })),
          { title: vscode.l10n.t('Order Pairs') },
        );
        if (picked) await tree.setOrder(picked.order);
      },
    },
    {
      id: 'heldout.pairs.search',
      enabled: found,
      run: () =>
        searchAsYouType(
          {
            title: vscode.l10n.t('Search Pairs'),
            placeholder: vscode.l10n.t('Words of the tasks or their categories'),
            value: tree.filter.search ?? '',
          },
          (text) => tree.setFilter({ ...tree.filter, search: text || undefined }),
        ),
    },
    {
      id: 'heldout.pairs.filter',
      enabled: found,
      run: async () => {
        const filter = await pickPairFilter(tree.filter);
        if (filter) tree.setFilter(filter);
      },
    },
    { id: 'heldout.pairs.clearFilter', run: () => tree.setFilter({}) },
    {
      id: 'heldout.review',
      enabled: found,
      run: async (first) => {
        const pair = await onePair(tree, first);
        if (pair) pages.review(pair);
      },
    },
    {
      id: 'heldout.reviewShared',
      enabled: found,
      run: async (first) => {
        const shared = sharedText.safeParse(first);
        if (shared.success) await reviewShared(context, pages, shared.data);
      },
    },
    {
      id: 'heldout.reviewNext',
      enabled: found,
      run: async () => {
        const next = (await tree.rows()).find((row) => row.state !== 'decided');
        if (next) pages.review({ train: next.train, eval: next.eval });
        else
          void vscode.window.showInformationMessage(
            vscode.l10n.t('No pair that is shown waits for a verdict.'),
          );
      },
    },
    {
      id: 'heldout.pairs.decide',
      enabled: found,
      run: async (first, selected) => {
        const rows = chosenRows(tree, first, selected);
        if (rows.length > 0) return ruleOn(context, rulablePair, rows, vscode.l10n.t('Rule on'));
        const row = await pickRow(await tree.rows(), vscode.l10n.t('Choose a Pair'));
        if (row) await ruleOn(context, rulablePair, [row], vscode.l10n.t('Rule on'));
      },
    },
    {
      id: 'heldout.pairs.decideShown',
      enabled: found,
      run: async () => ruleOn(context, rulablePair, await tree.rows(), vscode.l10n.t('Rule on all shown')),
    },
    {
      id: 'heldout.pairs.decideText',
      enabled: found,
      run: async (first) => {
        const pair = await onePair(tree, first);
        if (pair) await ruleOnText(context, pair);
      },
    },
    {
      id: 'heldout.pairs.settle',
      enabled: found,
      run: async (first) => {
        const key = pairKey.safeParse(first);
        const conflicts = (
          await context.server.ask('pairs', { order: tree.order, filter: { state: ['conflict'] } })
        ).pairs;
        const wanted = key.success ? key.data : chosenRows(tree, first, undefined)[0];
        const row =
          conflicts.find((one) => one.train === wanted?.train && one.eval === wanted.eval) ??
          (conflicts.length === 0 ? undefined : await pickRow(conflicts, vscode.l10n.t('Choose a Conflict')));
        if (row) await settle(context, rulablePair, row);
        else if (conflicts.length === 0) {
          void vscode.window.showInformationMessage(vscode.l10n.t('No pair has verdicts that disagree.'));
        }
      },
    },
    {
      id: 'heldout.undo',
      enabled: () => context.state?.root !== undefined,
      run: () => undoDecisions(context),
    },
  ];
}
