/** Drives a workbench in the installed Chromium: the command palette, quick picks, webviews, screenshots. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type FrameLocator,
  type Locator,
  type Page,
} from 'playwright-core';
import { CHROMIUM_WANTED, findChromium } from '../../scripts/chromium.mjs';

const SCREENSHOTS = resolve(import.meta.dirname, '../../out/screenshots');

export interface OpenBrowser {
  readonly browser: Browser;
  readonly context: BrowserContext;
}

/** A browser with a fresh profile. */
export async function openBrowser({ viewport = { width: 1280, height: 800 } } = {}): Promise<OpenBrowser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(CHROMIUM_WANTED);
  const browser = await chromium.launch({
    executablePath,
    args: ['--disable-gpu', '--disable-component-update', '--disable-dev-shm-usage'],
  });
  const context = await browser.newContext({ viewport, permissions: ['clipboard-read', 'clipboard-write'] });
  return { browser, context };
}

/** Refuses and lists requests to any other host, so that "offline" is checked rather than hoped for. */
export async function fence(context: BrowserContext, origin: string): Promise<string[]> {
  const { host } = new URL(origin);
  const foreign: string[] = [];
  await context.route(
    (url) => /^https?:$/.test(url.protocol) && url.host !== host,
    (route) => {
      foreign.push(route.request().url());
      return route.abort();
    },
  );
  return foreign;
}

/** Opens the workbench and waits until it has restored and its connection stands. */
export async function openWorkbench(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  await page.locator('#status\\.host').waitFor({ timeout: 60_000 });
}

/** The row of the command palette with this title, the palette being left open with the title typed in. */
export async function findInPalette(page: Page, title: string, { timeout = 60_000 } = {}): Promise<Locator> {
  const input = page.locator(
    '.quick-input-widget .quick-input-box input[placeholder^="Type the name of a command"]',
  );
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
  const end = Date.now() + timeout;
  // Two races of a cold start are absorbed by opening it again: keys are dropped until the keybinding service is
  // up, and an open palette does not list commands that an extension contributes later.
  for (;;) {
    await page.keyboard.press('F1');
    try {
      await input.waitFor({ state: 'visible', timeout: 1000 });
      await input.fill(`>${title}`);
      await row.waitFor({ timeout: 1500 });
      return row;
    } catch (error) {
      if (Date.now() > end) throw error;
      await page.keyboard.press('Escape');
    }
  }
}

/** Runs a command through the real command palette. */
export async function palette(page: Page, title: string, options: { timeout?: number } = {}): Promise<void> {
  await findInPalette(page, title, options);
  await page.keyboard.press('Enter'); // the best match is the focused row
  // Gone, or turned into the command's own prompt.
  await page
    .locator('.quick-input-widget .quick-input-box input[placeholder^="Type the name of a command"]')
    .waitFor({ state: 'hidden', timeout: 5000 });
}

/** The quick pick or input box that an extension shows. */
export function quickInput(page: Page): { title: Locator; input: Locator; rows: Locator; message: Locator } {
  const widget = page.locator('.quick-input-widget');
  return {
    title: widget.locator('.quick-input-title'),
    input: widget.locator('.quick-input-box input'),
    rows: widget.locator('.quick-input-list .monaco-list-row'),
    message: widget.locator('.quick-input-message'),
  };
}

/** The notification toasts in the corner. */
export function toasts(page: Page): Locator {
  return page.locator('.notifications-toasts .notification-list-item');
}

/** The inner document of an open webview: of several, the one whose element `content` names is there. */
export function webview(page: Page, nth = 0): FrameLocator {
  return page.locator('iframe.webview.ready').nth(nth).contentFrame().frameLocator('iframe#active-frame');
}

/**
 * The inner document of the webview that holds such an element (`inkling-queue`, say), once it is there. Only the
 * inner frames know what they show, so each is asked.
 */
export async function webviewWith(
  page: Page,
  selector: string,
  { timeout = 30_000 } = {},
): Promise<FrameLocator> {
  const end = Date.now() + timeout;
  for (;;) {
    const count = await page.locator('iframe.webview.ready').count();
    for (let nth = 0; nth < count; nth++) {
      const frame = webview(page, nth);
      if (
        (await frame
          .locator(selector)
          .count()
          .catch(() => 0)) > 0
      )
        return frame;
    }
    if (Date.now() > end)
      throw new Error(`no webview with ${selector} after ${timeout} ms (${count} webviews)`);
    await page.waitForTimeout(100);
  }
}

/** Saves what the page shows to out/screenshots/<name>.png. */
export async function screenshot(page: Page, name: string): Promise<string> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const path = join(SCREENSHOTS, `${name}.png`);
  await page.screenshot({ path });
  return path;
}
