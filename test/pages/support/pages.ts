/**
 * Opens Inkling's pages in a real Chromium under the policy that the extension sets, and speaks the real protocol
 * with them: what the page posts arrives at a `Port` here, as it would in the extension.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM_WANTED, findChromium } from '../../../scripts/chromium.mjs';
import { wordsElement } from '../../../src/extension/page-words.ts';
import type { Port } from '../../../src/protocol/rpc.ts';
import { LONGEST_WAIT } from '../../support/until.ts';
import { bodyClass, type Theme, variables } from './themes.ts';

export type PageName = 'queue' | 'curve';

export interface OpenOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  /** 2 is what zooming VS Code to 200 % does to a page. */
  readonly zoom?: number;
  readonly forcedColors?: boolean;
  /** In German, as VS Code hands it over; else in English. */
  readonly german?: boolean;
}

export interface OpenPage {
  readonly page: Page;
  /** The extension's end. Messages that arrive before a listener is there wait for it. */
  readonly port: Port;
  /** Violations of the policy, errors and requests that were not the page's own: to be empty. */
  readonly complaints: string[];
  /** What VS Code's own key handler, which listens on the window, would have seen. */
  keysSeenByVsCode(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface PageRig {
  open(name: PageName, serve: (port: Port) => void, options?: OpenOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

/** One server and one browser for a test file; close it afterwards. */
export async function startRig(): Promise<PageRig> {
  const [bundles, browser] = await Promise.all([bundlePages(), launch()]);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const script = /^\/(queue|curve)\.js$/.exec(url.pathname);
    const bundle = script && bundles.get(script[1] as PageName);
    if (bundle) return void response.setHeader('content-type', 'text/javascript').end(bundle);
    const name = url.pathname.slice(1) as PageName;
    if (!bundles.has(name)) return void response.writeHead(404).end();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    const theme = (url.searchParams.get('theme') ?? 'dark') as Theme;
    response.end(htmlOf(name, theme, url.searchParams.get('lang') === 'de'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    open: (name, serve, options = {}) => openPage(browser, origin, name, serve, options),
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function openPage(
  browser: Browser,
  origin: string,
  name: PageName,
  serve: (port: Port) => void,
  { theme = 'dark', width = 900, height = 760, zoom = 1, forcedColors = false, german = false }: OpenOptions,
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
    deviceScaleFactor: zoom,
    forcedColors: forcedColors ? 'active' : 'none',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(LONGEST_WAIT);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname !== `/${name}` && pathname !== `/${name}.js`) complaints.push(`request: ${request.url()}`);
  });

  const listeners: ((message: unknown) => void)[] = [];
  const port: Port = {
    post(message) {
      // A page that is reloading or closed loses what is sent to it, as a webview does.
      page.evaluate((data) => window.postMessage(data, '*'), message).catch(() => {});
    },
    onMessage: (listener) => void listeners.push(listener),
    onClose: (listener) => void page.once('close', listener),
  };
  await context.exposeFunction('sendToHost', (message: unknown) => {
    for (const listener of listeners) listener(message);
  });
  serve(port);
  await page.goto(`${origin}/${name}?theme=${theme}&lang=${german ? 'de' : 'en'}`);
  return {
    page,
    port,
    complaints,
    keysSeenByVsCode: () => page.evaluate(() => (window as unknown as { keysSeen: string[] }).keysSeen),
    close: () => context.close(),
  };
}

function germanWords(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(new URL('../../../l10n/bundle.l10n.de.json', import.meta.url), 'utf8'));
}

async function launch(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(CHROMIUM_WANTED);
  return await chromium.launch({
    executablePath,
    timeout: LONGEST_WAIT,
    args: ['--no-sandbox', '--disable-gpu', '--disable-component-update'],
  });
}

async function bundlePages(): Promise<ReadonlyMap<PageName, string>> {
  const names: readonly PageName[] = ['queue', 'curve'];
  const bundles = await Promise.all(
    names.map(async (name) => {
      const entry = fileURLToPath(new URL(`../../../webview/${name}/main.ts`, import.meta.url));
      const { outputFiles } = await build({
        entryPoints: [entry],
        bundle: true,
        write: false,
        minify: true,
        format: 'iife',
        target: 'es2022',
        charset: 'utf8',
        legalComments: 'none',
        logLevel: 'error',
      });
      return [name, outputFiles[0]?.text ?? ''] as const;
    }),
  );
  return new Map(bundles);
}

const nonce = 'cGFnZXMgYXJlIHRlc3RlZA';

function htmlOf(name: PageName, theme: Theme, german: boolean): string {
  const css = Object.entries(variables[theme])
    .map(([variable, value]) => `--vscode-${variable}: ${value};`)
    .join('\n');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}' 'self'`,
    "font-src 'self'",
    "img-src 'self' data:",
  ].join('; ');
  return `<!doctype html>
<html lang="${german ? 'de' : 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
${german ? wordsElement(germanWords()) : ''}
<link rel="icon" href="data:,">
<title>Inkling</title>
<style nonce="${nonce}">
  html { ${css} }
  body { background: var(--vscode-editor-background); color: var(--vscode-editor-foreground); padding: 0 20px;
    font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); }
</style>
<script nonce="${nonce}">
  window.keysSeen = [];
  window.addEventListener('keydown', (event) => window.keysSeen.push(event.key));
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => void window.sendToHost(JSON.parse(JSON.stringify(message))),
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
    setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
  });
</script>
</head>
<body class="${bodyClass[theme]}" data-vscode-theme-kind="${bodyClass[theme]}">
<inkling-${name}></inkling-${name}>
<script nonce="${nonce}" src="${name}.js"></script>
</body>
</html>`;
}
