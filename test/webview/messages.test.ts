import assert from 'node:assert/strict';

/** Of webview/shared/messages.ts, which is typed for a browser. */
interface Messages {
  ready: () => void;
  onShow: (listener: (show: { pair?: { train: string } }) => void) => () => void;
  onChanged: (listener: (what: string[]) => void) => () => void;
}
const MESSAGES: string = '../../webview/shared/messages.ts';

describe('messages of a page', () => {
  const posted: unknown[] = [];
  const page = new EventTarget();
  let messages: Messages;

  before(async () => {
    const editor = { postMessage: (message: unknown) => posted.push(message), setState() {}, getState() {} };
    Object.assign(globalThis, { window: page, acquireVsCodeApi: () => editor });
    messages = (await import(MESSAGES)) as Messages;
  });
  after(() => {
    for (const name of ['window', 'acquireVsCodeApi']) Reflect.deleteProperty(globalThis, name);
  });

  const tell = (data: unknown) => page.dispatchEvent(new MessageEvent('message', { data }));
  const shows = (train: string) => ({
    type: 'show',
    pair: { train, eval: 'held/x' },
    settings: { advance: true, tokenizer: undefined },
  });

  it('tell what to show to a component that listens only after the answer came', () => {
    messages.ready();
    assert.deepEqual(posted, [{ type: 'ready' }]);
    tell(shows('train/a'));
    const seen: (string | undefined)[] = [];
    const stop = messages.onShow(({ pair }) => seen.push(pair?.train));
    tell(shows('train/b'));
    stop();
    tell(shows('train/c'));
    assert.deepEqual(seen, ['train/a', 'train/b']);
  });

  it('that are none of the editor’s are passed over', () => {
    const seen: unknown[] = [];
    const stop = messages.onChanged((what) => seen.push(what));
    tell({ type: 'changed', what: 'everything' });
    tell('hello');
    tell({ type: 'changed', what: ['pairs'] });
    stop();
    assert.deepEqual(seen, [['pairs']]);
  });
});
