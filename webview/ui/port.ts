/** The page's end of the boundary to the extension, and the small memory that VS Code keeps for a page. */
import type { Port } from '../../src/protocol/rpc.ts';

/** What VS Code puts into every webview. It can be acquired once per page load. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** Survives a reload of the page and a hidden panel; lost when the panel is closed. */
export interface Memory {
  read(): unknown;
  write(value: unknown): void;
}

export function connectHost(): { readonly port: Port; readonly memory: Memory } {
  const host = acquireVsCodeApi();
  return {
    port: {
      post: (message) => host.postMessage(message),
      onMessage(listener) {
        window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
          if (typeof data === 'object' && data !== null) listener(data);
        });
      },
      // The extension outlives its pages: when it goes, VS Code takes the page down too.
      onClose() {},
    },
    memory: { read: () => host.getState(), write: (value) => host.setState(value) },
  };
}
