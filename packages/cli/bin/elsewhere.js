#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

// Says so, instead of failing on syntax, where Node is too old.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`elsewhere: Node 20.19 or newer is needed; this is ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  // Networks run a quarter faster with relaxed SIMD, which Node 20 has behind this flag. It counts for all threads of the process, and must
  // be set before WebAssembly is compiled.
  if (major === 20) setFlagsFromString('--experimental-wasm-relaxed-simd');
  const { main } = await import('../dist/main.js');
  await main();
}
