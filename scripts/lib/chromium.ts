import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { findProgram, plainEnv, runToEnd } from './processes.ts';

/** How Chromium is started here: no window, no sandbox (containers have none), no traffic of its own. */
export const chromiumArgs: string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const usualPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** A Chromium on this machine: $CHROMIUM, the PATH, the usual places, Playwright's own. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM;
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM names ${named}, which is not there`);
    return named;
  }
  const onPath = findProgram(
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'chrome',
  );
  return onPath ?? [...usualPlaces, chromium.executablePath()].find((file) => existsSync(file));
}

/** Finds a Chromium or installs one: by apt-get where that needs no password, else by Playwright. */
export async function ensureChromium(): Promise<string> {
  const found = findChromium();
  if (found) return found;
  const failures: string[] = [];
  for (const install of [installByApt, installByPlaywright]) {
    try {
      await install();
    } catch (error) {
      failures.push(String(error instanceof Error ? error.message : error).split('\n')[0] ?? '');
    }
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new Error(
    `no Chromium: install one, or name it in the variable CHROMIUM (tried: ${failures.join('; ') || 'nothing applied'})`,
  );
}

async function installByApt(): Promise<void> {
  const apt = findProgram('apt-get');
  if (!apt) throw new Error('no apt-get here');
  const isRoot = process.getuid?.() === 0;
  const sudo = isRoot ? [] : ['sudo', '-n'];
  const env = { ...plainEnv(), DEBIAN_FRONTEND: 'noninteractive' };
  const asRoot = (...args: string[]) => {
    const [program = apt, ...rest] = [...sudo, apt, ...args];
    return runToEnd(program, rest, { env, quiet: true });
  };
  console.log('installing Chromium with apt-get');
  await asRoot('update', '-qq');
  await asRoot('install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
}

async function installByPlaywright(): Promise<void> {
  const playwright = path.dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'));
  console.log('installing Chromium with Playwright');
  await runToEnd(process.execPath, [path.join(playwright, 'cli.js'), 'install', 'chromium'], {
    env: plainEnv(),
    quiet: true,
  });
}
