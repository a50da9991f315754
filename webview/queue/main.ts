/**
 * Starts the queue page.
 *
 * The HTML it needs, with a fresh NONCE each time (and `lang`, `title` and charset as usual):
 *
 *   <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-NONCE';
 *     style-src 'nonce-NONCE' CSPSOURCE; font-src CSPSOURCE; img-src CSPSOURCE data:">
 *   <meta property="csp-nonce" content="NONCE">       the widget toolkit's one style element takes it from here
 *   <body><inkling-queue></inkling-queue>
 *   <script nonce="NONCE" src="…/queue.js"></script>  after the element, or with `defer`
 *
 * No style sheet: styles are adopted from the script, which a policy allows without a nonce.
 */
import { registerControls } from '../ui/controls.ts';
import { fitDocument, useNonce } from '../ui/look.ts';
import { connectHost } from '../ui/port.ts';
import type { QueuePage } from './queue-page.ts';
import { QueueSession } from './session.ts';
import './queue-page.ts';

useNonce();
fitDocument();
registerControls();

const page = document.querySelector<QueuePage>('inkling-queue');
if (!page) throw new Error('The page has no <inkling-queue> element.');
const { port, memory } = connectHost();
const session = new QueueSession(port, memory, (state) => {
  page.state = state;
});
page.session = session;
page.state = session.state;
void session.start();
