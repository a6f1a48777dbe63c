// Runs the tests of test/vscode/host/ inside VS Code's extension host, with the real `vscode` API, and ends with
// their status. `--extension DIR` and `--tests DIR` name others; `--grep TEXT` picks some.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { workbenchAddress } from '../../scripts/lib/vscode-server.ts';
import { openBrowser, outputFolder } from './page.ts';
import { makePlace, removePlace, root, startIn } from './server.ts';

const { values } = parseArgs({
  options: {
    extension: { type: 'string', default: root },
    tests: { type: 'string', default: path.join(import.meta.dirname, 'host') },
    workspace: { type: 'string', default: 'samples' },
    grep: { type: 'string' },
  },
});
const bundleFolder = path.join(outputFolder, 'host');
const reportFile = path.join(bundleFolder, 'report.txt');
const limitMinutes = 10;

/** Bundles each test file for itself, since the extension host loads CommonJS. */
async function bundleTests(folder: string): Promise<void> {
  await rm(bundleFolder, { recursive: true, force: true });
  await mkdir(bundleFolder, { recursive: true });
  const tests = (await readdir(folder)).filter((name) => name.endsWith('.test.ts'));
  await esbuild.build({
    entryPoints: [
      path.join(import.meta.dirname, 'host/index.ts'),
      ...tests.map((name) => path.join(folder, name)),
    ],
    outdir: bundleFolder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    external: ['vscode', 'mocha', 'better-sqlite3', 'onnxruntime-node'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

interface PageElement {
  id: string;
  getAttribute(this: PageElement, name: string): string | null;
}

/**
 * Makes the built workbench accept an extension and its tests from the address, which it does only under its own smoke-test driver.
 * Runs in the page, before VS Code's scripts; for that page alone, so that notifications work elsewhere.
 */
function enableDriver(): void {
  // The page's own types are not those of the programs here.
  const { Element } = globalThis as unknown as { Element: { prototype: PageElement } };
  const get = Element.prototype.getAttribute;
  Element.prototype.getAttribute = function (name) {
    const value = get.call(this, name);
    if (value === null || name !== 'data-settings' || this.id !== 'vscode-workbench-web-configuration')
      return value;
    const settings: { developmentOptions?: object } = JSON.parse(value);
    return JSON.stringify({
      ...settings,
      developmentOptions: { ...settings.developmentOptions, enableSmokeTestDriver: true },
    });
  };
}

async function run(): Promise<number> {
  await bundleTests(path.resolve(values.tests));
  const place = await makePlace(values.workspace);
  const server = await startIn(place, {
    env: {
      HELDOUT_ROOT: root,
      HELDOUT_TEST_TALLY: process.env.HELDOUT_TEST_TALLY ?? '',
      HELDOUT_TEST_REPORT: reportFile,
      HELDOUT_TEST_GREP: values.grep ?? '',
    },
  });
  const [browser, page] = await openBrowser();
  const consoleLines: string[] = [];
  let limit: NodeJS.Timeout | undefined;
  try {
    const code = new Promise<number>((resolve, reject) => {
      limit = setTimeout(
        () => reject(new Error(`no result in ${limitMinutes} minutes`)),
        limitMinutes * 60_000,
      );
      page.on('crash', () => reject(new Error('the browser page crashed')));
      void page.exposeFunction('codeAutomationExit', (status: number) => resolve(status));
    });
    await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
      consoleLines.push(format(`${type}:`, ...args));
    });
    await page.addInitScript(enableDriver);
    const tests = { extension: path.resolve(values.extension), index: path.join(bundleFolder, 'index.cjs') };
    await page.goto(workbenchAddress(server, { folder: place.workspace, tests }));
    return await code;
  } finally {
    clearTimeout(limit);
    const log = path.join(bundleFolder, 'host.log');
    await writeFile(log, [server.log(), ...consoleLines].join('\n'));
    console.log(await readFile(reportFile, 'utf8').catch(() => 'the tests did not start'));
    console.log(`VS Code's own log: ${path.relative(root, log)}`);
    await browser.close();
    await server.stop();
    await removePlace(place);
  }
}

process.exitCode = await run();
