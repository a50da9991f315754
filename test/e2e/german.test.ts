/**
 * Inkling in a VS Code whose language is German. No language pack is installed, so VS Code's own words stay English: the
 * workbench is told its language as a pack would tell it, and hands it to extensions.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeSample } from '../../scripts/make-sample.mjs';
import { palette, quickInput, screenshot, webviewWith } from '../support/browser.ts';
import { vscodeStory } from '../support/vscode.ts';

describe('Inkling in a German VS Code', () => {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-german-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const story = vscodeStory({
    workspace: () => {
      makeSample(folder, { messages: 100 });
      return folder;
    },
  });
  before(async () => {
    await story.context.addInitScript(() => {
      (globalThis as { _VSCODE_NLS_LANGUAGE?: string })._VSCODE_NLS_LANGUAGE = 'de';
    });
    await story.reload();
  });

  test('commands, the wizard, the side bar and the cards are German', async () => {
    const { page } = story;
    await palette(page, 'Inkling: Labeln starten');
    const { title } = quickInput(page);
    for (const question of ['Welches Feld enthält den Text?', 'Wie heißen die Labels?']) {
      await title.filter({ hasText: question }).waitFor();
      await screenshot(page, 'german-wizard');
      await page.keyboard.press('Enter');
    }
    const queue = await webviewWith(page, 'inkling-queue');
    await queue.getByRole('button', { name: 'Warum dieser Datensatz?' }).click();
    await queue.getByText(/^Zufällig gezogen/).waitFor();
    assert.equal(await queue.locator('html').getAttribute('lang'), 'de');
    await queue.getByRole('button', { name: 'Überspringen' }).waitFor();
    await page.getByText('0 gelabelt').first().waitFor();
    await screenshot(page, 'german-queue');
  });
});
