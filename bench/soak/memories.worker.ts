/**
 * Runs before the engine worker's script in a bundle for measuring, and reports the size of its WebAssembly memories on
 * request.
 */
const memories: WeakRef<WebAssembly.Memory>[] = [];

const { instantiate } = WebAssembly;
WebAssembly.instantiate = (async (source: WebAssembly.Module, imports?: WebAssembly.Imports) => {
  const result = await instantiate(source, imports);
  const { exports } = result instanceof WebAssembly.Instance ? result : { exports: {} };
  for (const value of Object.values(exports))
    if (value instanceof WebAssembly.Memory) memories.push(new WeakRef(value));
  return result;
}) as typeof instantiate;

const channel = new BroadcastChannel('memories');
channel.onmessage = ({ data }) => {
  if (data !== 'ask') return;
  channel.postMessage(memories.map((memory) => memory.deref()?.buffer.byteLength ?? 0));
};
