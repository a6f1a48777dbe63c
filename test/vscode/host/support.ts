import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { HeldoutApi } from '../../../src/extension.ts';

/** Waits until `check` gives something, and gives it. */
export async function until<T>(
  what: string,
  check: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const end = Date.now() + 20_000;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited 20 s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function extensionApi(): Promise<HeldoutApi> {
  const extension = vscode.extensions.getExtension<HeldoutApi>('heldout.heldout');
  assert.ok(extension);
  return extension.activate();
}

/** The lines of the workspace's decisions.jsonl. */
export async function decisionLines(api: HeldoutApi): Promise<string[]> {
  const file = path.join(api.context.folder!.fsPath, 'decisions.jsonl');
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean);
}
