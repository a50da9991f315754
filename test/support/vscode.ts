/**
 * A real VS Code for end-to-end tests: code-server with its Node extension host, a fresh HOME, the packaged VSIX
 * installed, and the workbench open in Chromium. Nothing is faked; keys are pressed and pixels are drawn.
 *
 *   describe('a newcomer', () => {
 *     const story = vscodeStory({ workspace: () => makeFolder() });   // started once, shared by the cases
 *     test('finds the command', async () => {
 *       await palette(story.page, 'Inkling: Start Labeling');
 *       const queue = await webviewWith(story.page, 'inkling-queue');
 *       await story.page.keyboard.press('2');
 *       await screenshot(story.page, 'queue');
 *     });
 *     test('finds the labels again', async () => { await story.restart(); ... });
 *   });
 *
 * - Starting costs 10 to 15 s, so cases share one workbench; `restart()` stops the server and starts it on the
 *   same port and HOME, with a new browser page in the same profile.
 * - `story.root` is the instance's HOME: the cache lies in `<root>/xdg/cache`, logs in `<root>/user-data/logs`.
 * - Requests to other hosts are refused, and fail the story when it ends.
 * - A failing case leaves `out/screenshots/failed-<its title>.png`.
 * - Early keys are dropped by a cold workbench: press until something shows, as `palette()` does.
 * - A webview is an iframe in an iframe; `webviewWith()` finds the one that holds an element.
 * - `changeSettings({ 'workbench.colorTheme': THEMES.highContrast })` and `reload()` change the theme.
 * - It is VS Code in a browser: `uiKind` is Web and `remoteName` is set. The desktop's dialogs are not there.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { packageIfStale } from '../../scripts/package.mjs';
import { installCodeServer } from '../../scripts/setup.mjs';
import { freePort, startVSCode, type VSCode } from '../../scripts/vscode-server.mjs';
import { fence, type OpenBrowser, openBrowser, openWorkbench, screenshot } from './browser.ts';

/** The built-in colour themes that screenshots are taken in. */
export const THEMES = {
  light: 'Light Modern',
  dark: 'Dark Modern',
  highContrast: 'Default High Contrast',
  highContrastLight: 'Default High Contrast Light',
} as const;

export interface VSCodeStory {
  /** The open workbench. */
  readonly page: Page;
  readonly context: BrowserContext;
  /** The HOME of the instance. */
  readonly root: string;
  readonly workspace: string;
  /** Stops the server and starts it again on what it has written, with a new page. */
  restart(): Promise<void>;
  /** Adds to the user settings, which VS Code takes over while it runs: a colour theme, say. */
  changeSettings(settings: Record<string, unknown>): void;
  /** Closes the page and opens the workbench anew, as a browser's reload does; on another folder, if one is given. */
  reload(other?: string): Promise<void>;
}

export interface StoryOptions {
  /** Called once, before the start: the folder to open. */
  readonly workspace: () => string | Promise<string>;
  readonly settings?: Record<string, unknown>;
  readonly env?: Record<string, string>;
  /** Whether the folder is in Restricted Mode until somebody trusts it. */
  readonly trust?: boolean;
  readonly viewport?: { width: number; height: number };
}

/** One VS Code for all cases of the surrounding `describe`. Its members may be read once the cases run. */
export function vscodeStory({
  workspace,
  settings = {},
  env = {},
  trust = false,
  viewport,
}: StoryOptions): VSCodeStory {
  let vscode: VSCode | undefined;
  let opened: OpenBrowser | undefined;
  let page: Page | undefined;
  let folder = '';
  let root = '';
  let port = 0;
  let foreign: string[] = [];

  async function start(vsix?: string): Promise<void> {
    const codeServer = await installCodeServer();
    assert.ok(codeServer, 'VS Code in the browser runs on this machine');
    vscode = await startVSCode({
      codeServer,
      workspace: folder,
      root,
      port,
      env,
      trust,
      // A screenshot never catches half a toast.
      settings: { 'workbench.reduceMotion': 'on', ...settings },
      ...(vsix ? { vsix } : {}),
    });
    if (!opened) {
      opened = await openBrowser(viewport ? { viewport } : {});
      foreign = await fence(opened.context, vscode.origin);
    }
    page = await opened.context.newPage();
    await openWorkbench(page, vscode.url());
  }

  before(
    async () => {
      root = mkdtempSync(join(tmpdir(), 'inkling-e2e-'));
      port = await freePort();
      folder = await workspace();
      await start(await packageIfStale());
    },
    { timeout: 300_000 },
  );

  afterEach(async (context) => {
    if ('passed' in context && !context.passed && page) {
      await screenshot(page, `failed-${context.name.replace(/\W+/g, '-')}`).catch(() => {});
    }
  });

  after(
    async () => {
      await opened?.browser.close();
      await vscode?.stop();
      rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      assert.deepEqual(foreign, [], 'no request leaves this machine');
    },
    { timeout: 300_000 },
  );

  return {
    get page() {
      return open(page);
    },
    get context() {
      return open(opened).context;
    },
    get root() {
      return root;
    },
    get workspace() {
      return folder;
    },
    async restart() {
      await open(page).close();
      await open(vscode).stop();
      await start();
    },
    changeSettings(changed) {
      const file = join(root, 'user-data/User/settings.json');
      writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...changed }, null, 2));
    },
    async reload(other) {
      await open(page).close();
      page = await open(opened).context.newPage();
      await openWorkbench(page, open(vscode).url(other ? { folder: other } : {}));
    },
  };
}

function open<T>(value: T | undefined): T {
  assert.ok(value, 'VS Code has been started');
  return value;
}
