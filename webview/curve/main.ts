/**
 * Starts the learning-curve page. The HTML it needs is that of the queue page (see `queue/main.ts`), with
 * `<inkling-curve></inkling-curve>` and `curve.js`.
 */
import type { CurveService, CurveSnapshot, CurveView } from '../../src/protocol/curve.ts';
import { connect, serve } from '../../src/protocol/rpc.ts';
import { registerControls } from '../ui/controls.ts';
import { fitDocument, useNonce } from '../ui/look.ts';
import { connectHost } from '../ui/port.ts';
import type { CurvePage } from './curve-page.ts';
import './curve-page.ts';

useNonce();
fitDocument();
registerControls();

const page = document.querySelector<CurvePage>('inkling-curve');
if (!page) throw new Error('The page has no <inkling-curve> element.');
const { port } = connectHost();
const service = connect<CurveService>(port);

const view: CurveView = {
  show(snapshot: CurveSnapshot) {
    if (page.snapshot && snapshot.revision < page.snapshot.revision) return;
    page.snapshot = snapshot;
  },
};
serve(port, view, (error) => console.error(error));

page.copy = async (text) => await service.copy(text);
page.showRecords = async (label, guessed) => await service.showRecords(label, guessed);
page.refresh = () => void open();
void open();

async function open(): Promise<void> {
  if (!page) return;
  try {
    view.show(await service.open());
    page.failure = undefined;
  } catch (error) {
    page.failure = error instanceof Error ? error.message : String(error);
  }
}
