import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, chromium, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { chromiumArgs, ensureChromium } from '../../scripts/lib/chromium.ts';
import { workbenchAddress } from '../../scripts/lib/vscode-server.ts';
import {
  makePlace,
  type Place,
  type RunningServer,
  removePlace,
  root,
  startIn,
  type TestServerOptions,
} from './server.ts';

export const outputFolder: string = path.join(root, 'test-output');

export interface WorkbenchOptions extends TestServerOptions {
  /** The folder to open a copy of; an empty folder where not given. */
  workspace?: string;
  /** The window, in CSS pixels. */
  size?: { width: number; height: number };
}

export type Theme = 'light' | 'dark';

/** Opens a browser of the size that pictures and tests are made for. */
export async function openBrowser(size = { width: 1280, height: 1200 }): Promise<[Browser, Page]> {
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: chromiumArgs });
  const page = await browser.newPage({ viewport: size, colorScheme: 'dark' });
  page.setDefaultTimeout(45_000);
  return [browser, page];
}

/** A VS Code with Heldout (or the extension that the options name) installed, on a copy of a workspace, as a person would use it. */
export class Workbench {
  readonly place: Place;
  readonly options: WorkbenchOptions;
  page!: Page;
  server!: RunningServer;
  private browser: Browser | undefined;
  private console: string[] = [];

  private constructor(place: Place, options: WorkbenchOptions) {
    this.place = place;
    this.options = options;
  }

  static async open(options: WorkbenchOptions = {}): Promise<Workbench> {
    const workbench = new Workbench(await makePlace(options.workspace), options);
    await workbench.start();
    return workbench;
  }

  private async start(): Promise<void> {
    this.server = await startIn(this.place, { extension: root, ...this.options });
    [this.browser, this.page] = await openBrowser(this.options.size);
    this.page.on('console', (message) => this.console.push(`${message.type()}: ${message.text()}`));
    await this.load();
  }

  /** Opens the folder in the page. */
  async load(): Promise<void> {
    await this.page.goto(workbenchAddress(this.server, { folder: this.place.workspace }));
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    await this.page.locator('.explorer-folders-view').waitFor({ timeout: 60_000 });
  }

  /** Reloads the window as a person does: what it keeps is written before it goes. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.command('Developer: Reload Window');
    await loaded;
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
  }

  /** Ends VS Code, server and all, and starts it again on the same workspace and user data. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Ends Heldout's own server with SIGKILL, as a crash would. */
  killServer(): void {
    execFileSync('pkill', ['-9', '-f', `${this.place.data}/.*/dist/server\\.js`]);
  }

  private async stop(): Promise<void> {
    await this.browser?.close();
    await this.server.stop();
  }

  async close(): Promise<void> {
    await this.stop();
    await removePlace(this.place);
  }

  /** A file of the opened workspace. */
  file(...parts: string[]): string {
    return path.join(this.place.workspace, ...parts);
  }

  /** Runs a command by its title in the palette, as "Heldout: Import Collections". */
  command(title: string): Promise<void> {
    return this.chosen('F1', `>${title}`, this.quickPick(title));
  }

  /** Opens a picker by a key, writes into it and clicks a row of it. */
  private async chosen(key: string, text: string, row: Locator): Promise<void> {
    const input = this.quickInput;
    await input.waitFor({ state: 'hidden' });
    // A page that opens takes the focus, which closes the picker: ask again.
    for (let tries = 0; ; tries++) {
      try {
        await this.page.keyboard.press(key);
        await input.fill(text, { timeout: 4000 });
        await row.click({ timeout: 8000 });
        return;
      } catch (error) {
        if (tries === 2) throw error;
        if (await input.isVisible()) await input.press('Escape');
      }
    }
  }

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget input.input');
  }

  /** A row of the open quick pick that has this text. */
  quickPick(text: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  }

  /** Answers an input box, once it is there: a picker before it has the same field, and goes a moment after its choice. */
  async answer(text: string): Promise<void> {
    await this.quickInput.waitFor();
    await this.page.locator('.quick-input-list').waitFor({ state: 'hidden' });
    await this.quickInput.fill(text);
    await this.quickInput.press('Enter');
  }

  /** Takes what an open picker of this title proposes. */
  async accept(title: string): Promise<void> {
    await this.page.locator('.quick-input-title', { hasText: title }).waitFor();
    // A key goes to what has the focus, which on a busy machine isn't the picker yet.
    await this.quickInput.press('Enter');
  }

  /** Opens a view container by its label in the activity bar. */
  async openContainer(label: string): Promise<void> {
    const item = this.page.locator(`.activitybar a.action-label[aria-label^="${label}"]`).first();
    await item.waitFor();
    const shown = await item.evaluate((link) => link.parentElement?.classList.contains('checked') ?? false);
    // Its badge may lie over it: what holds both takes the click.
    if (!shown) await item.locator('xpath=..').click();
    await this.page.locator('.sidebar .composite.title', { hasText: new RegExp(label, 'i') }).waitFor();
  }

  /** One view of the side bar, by its title. */
  view(title: string): Locator {
    return this.page.locator('.sidebar .pane', {
      has: this.page.locator(`.pane-header[aria-label^="${title}"]`),
    });
  }

  /** Gives one view of the container all of its room. */
  async showAlone(title: string): Promise<void> {
    const headers = this.page.locator('.sidebar .pane-header');
    for (const header of await headers.all()) {
      const label = (await header.getAttribute('aria-label')) ?? '';
      const open = (await header.getAttribute('aria-expanded')) === 'true';
      if (open !== label.startsWith(title)) await header.click();
    }
  }

  /** Opens a file of the workspace in the editor, by its name and the folders before it that tell it from others. */
  async openFile(file: string): Promise<void> {
    const { dir, base } = path.posix.parse(file);
    const rows = this.page.locator('.quick-input-list .monaco-list-row', { hasText: base });
    await this.chosen('Control+p', file, rows.filter({ hasText: dir }).first());
    const folder = this.page.locator('.breadcrumbs-control', { hasText: path.posix.basename(dir) });
    await folder.first().waitFor();
  }

  /** Puts the cursor at the start of a line of the active editor. */
  async goToLine(line: number): Promise<void> {
    await this.command('Go to Line/Column...');
    await this.quickInput.waitFor();
    await this.quickInput.fill(`:${line}`);
    await this.quickInput.press('Enter');
  }

  /** Tree rows of a view, or of the whole side bar. */
  rows(view?: string): Locator {
    return (view ? this.view(view) : this.page.locator('.sidebar')).locator('.pane-body .monaco-list-row');
  }

  row(text: string, view?: string): Locator {
    return this.rows(view).filter({ hasText: text }).first();
  }

  /** Opens a row that has others below it. A tree that is told anew just then closes it again: until it stays open. */
  async unfold(text: string, view?: string): Promise<void> {
    const row = this.row(text, view);
    for (let open = 0; open < 2; ) {
      const is = (await row.getAttribute('aria-expanded')) === 'true';
      open = is ? open + 1 : 0;
      if (!is) await row.click();
      await this.page.waitForTimeout(400);
    }
  }

  /** The document of an open webview; the last opened where several are. */
  webview(): FrameLocator {
    const outer = this.page.locator('iframe.webview.ready').last().contentFrame();
    return outer.locator('iframe#active-frame').contentFrame();
  }

  /** Notifications now on the screen. */
  get notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item');
  }

  /** One notification: its toast, or where that has gone by itself, its row in the list of all. */
  async notification(text: string): Promise<Locator> {
    const told = this.page.locator('.notification-list-item:visible', { hasText: text }).first();
    try {
      await told.waitFor({ timeout: 8000 });
    } catch {
      await this.command('Notifications: Show Notifications');
      await told.waitFor();
    }
    return told;
  }

  /** Chooses an entry of a row's context menu. */
  async chooseInMenu(row: Locator, entry: string): Promise<void> {
    await row.click({ button: 'right' });
    await this.press(this.page.locator('.monaco-menu .action-item', { hasText: entry }).first());
  }

  /** Clicks an entry of a menu until it closes: it takes no click just after it opened, lest the button that opened it is still down. */
  async press(item: Locator): Promise<void> {
    await item.click();
    for (let tries = 0; ; tries++) {
      try {
        await item.waitFor({ state: 'hidden', timeout: 1000 });
        return;
      } catch (error) {
        if (tries === 5) throw error;
        // It may close while it is clicked again.
        await item.click({ timeout: 2000 }).catch(() => undefined);
      }
    }
  }

  async clearNotifications(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
  }

  /** The text of the status bar's item that contains `text`. */
  statusItem(text: string): Locator {
    return this.page.locator('.statusbar-item', { hasText: text }).first();
  }

  async useTheme(theme: Theme): Promise<void> {
    await this.page.emulateMedia({ colorScheme: theme });
    const mark = theme === 'dark' ? '.monaco-workbench.vs-dark' : '.monaco-workbench.vs';
    await this.page.locator(mark).waitFor();
  }

  /** Takes the window's picture in both themes: `<name>-light.png` and `<name>-dark.png`. */
  async pictures(name: string, folder = path.join(outputFolder, 'screenshots')): Promise<void> {
    await mkdir(folder, { recursive: true });
    for (const theme of ['light', 'dark'] as const) {
      await this.useTheme(theme);
      // Colours reach webviews a moment after the workbench has them.
      await this.page.waitForTimeout(400);
      await this.page.screenshot({ path: path.join(folder, `${name}-${theme}.png`) });
    }
  }

  /** Leaves a picture and the logs of a failed test in test-output/failures/. */
  async keepFailure(title: string): Promise<void> {
    const folder = path.join(outputFolder, 'failures');
    await mkdir(folder, { recursive: true });
    const name = path.join(folder, title.replaceAll(/[^\w]+/g, '-').slice(0, 100));
    await this.page.screenshot({ path: `${name}.png` }).catch(() => undefined);
    await writeFile(`${name}.log`, [this.server.log(), ...this.console].join('\n'));
    console.log(`    a picture and the logs are in ${path.relative(root, name)}.png and .log`);
  }
}

/**
 * One VS Code for a `describe` block: opened before its tests, closed after, failures kept. `lacks`: why the tests
 * can't be run here; asked before it is opened.
 */
export function useWorkbench(
  options: WorkbenchOptions = {},
  lacks: () => Promise<string | undefined> = async () => undefined,
): { get: () => Workbench } {
  let workbench: Workbench | undefined;
  before(async function () {
    this.timeout(180_000);
    const missing = await lacks();
    if (missing !== undefined) {
      console.log(`    skipped: ${missing}`);
      return this.skip();
    }
    workbench = await Workbench.open(options);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.keepFailure(this.currentTest.fullTitle());
  });
  after(async function () {
    this.timeout(30_000);
    await workbench?.close();
  });
  return {
    get: () => {
      if (!workbench) throw new Error('VS Code did not open');
      return workbench;
    },
  };
}
