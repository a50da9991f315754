// Renders media/logo.svg as media/icon.png, the marketplace's 128 pixel icon: `node scripts/icon.mjs`.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { CHROMIUM_WANTED, findChromium } from './chromium.mjs';

const media = new URL('../media/', import.meta.url);
const executablePath = findChromium();
if (!executablePath) throw new Error(CHROMIUM_WANTED);

const browser = await chromium.launch({ executablePath, args: ['--disable-gpu'] });
try {
  const page = await browser.newPage({ viewport: { width: 128, height: 128 } });
  await page.setContent(
    `<style>body { margin: 0 } svg { display: block }</style>${readFileSync(new URL('logo.svg', media), 'utf8')}`,
  );
  await page.screenshot({ path: fileURLToPath(new URL('icon.png', media)), omitBackground: true });
} finally {
  await browser.close();
}
