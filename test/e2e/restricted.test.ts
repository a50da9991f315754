/** A stranger's folder in Restricted Mode: it is labelled like any other, and what it says of places, people and code is not obeyed. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { makeSample } from '../../scripts/make-sample.mjs';
import { createProject } from '../../src/engine/project-file.ts';
import { keysGoTo, palette, screenshot, webviewWith } from '../support/browser.ts';
import { until } from '../support/until.ts';
import { vscodeStory } from '../support/vscode.ts';

const folder = mkdtempSync(join(tmpdir(), 'inkling-restricted-'));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
const workspace = join(folder, 'strange');
const CANARY = join(folder, 'ran');

/** A folder that would have its own annotator, its own cache and its own code. */
async function makeWorkspace(): Promise<string> {
  makeSample(workspace, { messages: 200 });
  writeFileSync(
    join(workspace, 'old.txt'),
    Buffer.from('Gr\xfc\xdfe aus K\xf6ln\nSch\xf6ne Stra\xdfe\n', 'latin1'),
  );
  const code = `require('node:fs').writeFileSync(${JSON.stringify(CANARY)}, ''); exports.select = () => ({ chosen: [0] });`;
  for (const name of ['evil.js', 'evil.cjs', '.inkling/evil.js']) {
    mkdirSync(join(workspace, '.inkling'), { recursive: true });
    writeFileSync(join(workspace, name), code);
  }
  const project = await createProject(workspace, {
    sources: [{ include: ['messages.jsonl'], text: 'text' }, { include: ['old.txt'] }],
    labels: ['order', 'other'],
  });
  const learning = { strategy: './evil.js', classifier: 'logistic' };
  writeFileSync(join(workspace, '.inkling/project.json'), JSON.stringify({ ...project, learning }));
  mkdirSync(join(workspace, '.vscode'));
  writeFileSync(
    join(workspace, '.vscode/settings.json'),
    JSON.stringify({ 'inkling.annotator': 'Mallory', 'inkling.cacheFolder': join(workspace, 'cache') }),
  );
  return workspace;
}

interface Event {
  readonly op: string;
  readonly by: string;
}

function journal(): Event[] {
  const labels = join(workspace, '.inkling', 'labels');
  if (!existsSync(labels)) return [];
  const names = readdirSync(labels).filter((name) => name.endsWith('.jsonl'));
  const lines = names.flatMap((name) => readFileSync(join(labels, name), 'utf8').trimEnd().split('\n'));
  return lines.map((line) => JSON.parse(line) as Event);
}

describe('a folder that nobody trusts', { timeout: 1_200_000 }, () => {
  const story = vscodeStory({
    workspace: makeWorkspace,
    trust: true,
    settings: { 'security.workspace.trust.startupPrompt': 'never' },
  });

  test('is labelled like any other', async () => {
    const { page } = story;
    await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
    await palette(page, 'Inkling: Start Labeling');
    await label(page, ['1', '2', '1', '2', '1', '2']);
    await screenshot(page, 'restricted-mode');
  });

  test('decides neither who answers nor where the index is, and runs no code', async () => {
    const { page } = story;
    const queue = await webviewWith(page, 'inkling-queue');
    await queue.locator('.learning', { hasText: 'is not a query strategy' }).waitFor();
    const events = journal();
    assert.equal(events.length, 6);
    assert.ok(events.every(({ by }) => by !== 'Mallory'));
    assert.equal(existsSync(join(workspace, 'cache')), false);
    assert.equal(readdirSync(join(story.root, 'xdg/cache/inkling')).length, 1);
    assert.equal(existsSync(CANARY), false);
  });

  test('shows a guessed encoding as what it is, not as rows that were lost', async () => {
    const { page } = story;
    await page.locator('.activitybar .action-item', { has: page.locator('[aria-label="Inkling"]') }).click();
    const rows = page.locator('.pane-body .monaco-list-row');
    await rows.filter({ hasText: '1 encoding is a guess' }).waitFor();
    assert.equal(await rows.filter({ hasText: 'could not be read' }).count(), 0);
  });

  test('labels outlive an extension host that is killed', async () => {
    const before = journal();
    assert.ok(before.length > 0);
    const [host, ...others] = extensionHosts(story.root);
    assert.ok(host !== undefined && others.length === 0, 'there is one extension host');
    const queue = await webviewWith(story.page, 'inkling-queue');
    await queue.locator('.card').click();
    await keysGoTo(queue);
    await story.page.keyboard.press('1');
    process.kill(host, 'SIGKILL');
    await story.reload();
    await palette(story.page, 'Inkling: Start Labeling');
    const again = await webviewWith(story.page, 'inkling-queue');
    // The answer on its way may have been saved or not; those that were acknowledged are there.
    await again.locator('.facts', { hasText: /^\s*[67] of / }).waitFor();
    assert.deepEqual(journal().slice(0, before.length), before);
    await label(story.page, ['1']);
  });
});

/** Presses the keys, each once the answer before is acknowledged. */
async function label(page: Page, keys: readonly string[]): Promise<void> {
  const queue = await webviewWith(page, 'inkling-queue');
  await queue.locator('.card .text').waitFor();
  await queue.locator('.card').click();
  await keysGoTo(queue);
  for (const key of keys) {
    const before = journal().length;
    await page.keyboard.press(key);
    await until('the answer is saved', () => journal().length > before);
    await queue.locator('.bottom', { hasText: /, saved/ }).waitFor();
  }
}

/** The extension hosts of the instance with this HOME. */
function extensionHosts(root: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid)) return [];
    try {
      const isHost = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=extensionHost');
      const isOurs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`HOME=${root}`);
      return isHost && isOurs ? [pid] : [];
    } catch {
      return [];
    }
  });
}
