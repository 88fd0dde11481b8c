#!/usr/bin/env node
// Says so, instead of failing on syntax, where Node is too old.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`elsewhere: Node 20.19 or newer is needed; this is ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  const { main } = await import('../dist/bundle/main.js');
  // Networks run a quarter faster with relaxed SIMD, which Node 20 has behind this flag.
  await main(major === 20 ? ['--experimental-wasm-relaxed-simd'] : []);
}
