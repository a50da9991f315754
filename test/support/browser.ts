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
import { LONGEST_WAIT, until } from './until.ts';

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
    timeout: LONGEST_WAIT,
    args: ['--disable-gpu', '--disable-component-update', '--disable-dev-shm-usage'],
  });
  const context = await browser.newContext({ viewport, permissions: ['clipboard-read', 'clipboard-write'] });
  context.setDefaultTimeout(LONGEST_WAIT);
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
  await page.locator('.monaco-workbench').waitFor();
  await page.locator('#status\\.host').waitFor();
}

/** The row of the command palette that Enter runs, which has this title; the palette is left open with it typed in. */
export async function findInPalette(page: Page, title: string): Promise<Locator> {
  const input = page.locator(
    '.quick-input-widget .quick-input-box input[placeholder^="Type the name of a command"]',
  );
  // Before what was typed has its effect, the list shows commands used lately, of which another one has the focus.
  const row = page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: title });
  const end = Date.now() + LONGEST_WAIT;
  // Two races of a cold start are absorbed by opening it again: keys are dropped until the keybinding service is
  // up, and an open palette does not list commands that an extension contributes later.
  for (let wait = 1500; ; wait *= 2) {
    await page.keyboard.press('F1');
    try {
      await input.waitFor({ state: 'visible', timeout: wait });
      await input.fill(`>${title}`);
      await row.waitFor({ timeout: wait });
      return row;
    } catch (error) {
      if (Date.now() > end) throw error;
      await page.keyboard.press('Escape');
    }
  }
}

/** Runs a command through the real command palette. */
export async function palette(page: Page, title: string): Promise<void> {
  await findInPalette(page, title);
  await page.keyboard.press('Enter');
  // Gone, or turned into the command's own prompt.
  await page
    .locator('.quick-input-widget .quick-input-box input[placeholder^="Type the name of a command"]')
    .waitFor({ state: 'hidden' });
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
export async function webviewWith(page: Page, selector: string): Promise<FrameLocator> {
  const end = Date.now() + LONGEST_WAIT;
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
    if (Date.now() > end) throw new Error(`no webview with ${selector} (${count} webviews)`);
    await page.waitForTimeout(100);
  }
}

/** Waits until keys go to this page: a view that opens takes the focus a moment after it shows something. */
export async function keysGoTo(frame: FrameLocator): Promise<void> {
  await until('the page has the focus', () => frame.locator('body').evaluate(() => document.hasFocus()));
}

/** Saves what the page shows to out/screenshots/<name>.png. */
export async function screenshot(page: Page, name: string): Promise<string> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const path = join(SCREENSHOTS, `${name}.png`);
  await page.screenshot({ path });
  return path;
}

/** Presses Enter in the very moment that the quick pick shows this question, as who knows what comes next does. */
export async function enterWhenAsked(page: Page, question: string): Promise<void> {
  await page.evaluate(
    (words) =>
      new Promise<void>((pressed) => {
        const look = () => {
          const widget = document.querySelector<HTMLElement>('.quick-input-widget');
          const isAsked = widget?.querySelector('.quick-input-title')?.textContent?.includes(words);
          if (!isAsked || widget?.style.display === 'none') return;
          observer.disconnect();
          const input = widget!.querySelector('.quick-input-box input')!;
          input.dispatchEvent(
            new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', keyCode: 13, bubbles: true }),
          );
          pressed();
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, {
          subtree: true,
          childList: true,
          characterData: true,
          attributes: true,
        });
      }),
    question,
  );
}
