/** The packaged VSIX in a fresh VS Code: it installs, and the palette offers it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { makeSample } from '../../scripts/make-sample.mjs';
import { findInPalette, screenshot } from '../support/browser.ts';
import { vscodeStory } from '../support/vscode.ts';

describe('the packaged extension in a fresh VS Code', () => {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-smoke-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const story = vscodeStory({
    workspace: () => {
      makeSample(folder, { messages: 100 });
      return folder;
    },
  });

  test('the palette lists "Inkling: Start Labeling"', async () => {
    const row = await findInPalette(story.page, 'Inkling: Start Labeling');
    assert.ok(await row.isVisible());
    await screenshot(story.page, 'palette');
    await story.page.keyboard.press('Escape');
  });
});
