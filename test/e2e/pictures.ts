/**
 * Takes the pictures of README: `npm run pictures`. A sample folder with 260 answers given, in the real VS Code, light
 * and dark; what is in high contrast and under the keys goes to out/screenshots, to be looked at. Not a test.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { makeSample, SAMPLE_LABELS } from '../../scripts/make-sample.mjs';
import { Engine } from '../../src/engine/engine.ts';
import { createProject } from '../../src/engine/project-file.ts';
import { palette, screenshot, webviewWith } from '../support/browser.ts';
import { THEMES, vscodeStory } from '../support/vscode.ts';

const ANSWERS = 260;
const BATCH = 20;
const PICTURES = resolve(import.meta.dirname, '../../media/screenshots');

const root = mkdtempSync(join(tmpdir(), 'inkling-pictures-'));
after(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

describe('pictures', { timeout: 600_000 }, () => {
  const story = vscodeStory({
    workspace: makeWorkspace,
    // The index made with the answers serves: the first card is chosen by a model.
    env: { INKLING_CACHE: join(root, 'cache') },
    viewport: { width: 1200, height: 720 },
  });

  test('of the queue and the curve, in every theme', async () => {
    for (const [name, theme] of Object.entries(THEMES)) {
      story.changeSettings({ 'workbench.colorTheme': theme });
      await story.reload();
      const { page } = story;
      await palette(page, 'Inkling: Start Labeling');
      const queue = await webviewWith(page, 'inkling-queue');
      await queue.locator('.guess .name').waitFor();
      await page.keyboard.press('w');
      await page.mouse.move(5, 400);
      await page.waitForTimeout(800);
      keep(await screenshot(page, `queue-${name}`), name);
      await page.keyboard.press('w');
      await palette(page, 'Inkling: Show Learning Curve');
      const curve = await webviewWith(page, 'inkling-curve');
      await curve.locator('svg').first().waitFor();
      await page.waitForTimeout(800);
      keep(await screenshot(page, `curve-${name}`), name);
    }
  });
});

/** The pictures README shows are in the repository. */
function keep(path: string, theme: string): void {
  if (theme !== 'dark' && theme !== 'light') return;
  mkdirSync(PICTURES, { recursive: true });
  copyFileSync(path, join(PICTURES, path.slice(path.lastIndexOf('/') + 1)));
}

async function makeWorkspace(): Promise<string> {
  const folder = join(root, 'customer-messages');
  makeSample(folder);
  const truth = readFileSync(join(folder, 'messages.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { answer: string }).answer);
  await createProject(folder, {
    sources: [{ include: ['messages.jsonl'], format: 'jsonl', text: 'text', id: 'id', label: 'answer' }],
    labels: SAMPLE_LABELS,
  });
  const engine = await Engine.open(folder, {
    annotator: 'Ada',
    cacheFolder: join(root, 'cache'),
    report: (error) => console.error(error),
  });
  await engine.updateIndex();
  for (let given = 0; given < ANSWERS; given += BATCH) {
    for (const { key, line } of await engine.next(BATCH, { seed: given, audit: true })) {
      await engine.answer({ key, label: truth[line - 1]! });
    }
  }
  await engine.close();
  return folder;
}
