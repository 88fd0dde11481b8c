import { readFileSync } from 'node:fs';
import v8 from 'node:v8';
import { KernelMemory } from '../../../src/kernels/memory.js';
import { Network, type NetworkMemory } from '../../../src/network/network.js';

// Node 20 has relaxed SIMD behind a flag; it must be set before a module is compiled.
v8.setFlagsFromString('--experimental-wasm-relaxed-simd');

function compiled(name: string): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(new URL(`../../../dist/${name}`, import.meta.url)));
}

/** The network's kernels without relaxed SIMD, compiled. */
export const PLAIN = compiled('network.wasm');

/** Those with relaxed SIMD. */
export const RELAXED = compiled('network-relaxed.wasm');

/** Both builds. */
export const KERNELS = [
  ['network.wasm', PLAIN],
  ['network-relaxed.wasm', RELAXED],
] as const;

/** A memory for many networks, one after the other. */
export function networkMemory(): NetworkMemory {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 16384 });
  return { memory, blocks: new KernelMemory(memory, 64) };
}

/** Runs a model once. */
export async function runModel(
  module: WebAssembly.Module,
  bytes: Uint8Array,
  input: Float32Array,
  memory: NetworkMemory,
): Promise<readonly Float32Array[]> {
  const network = await Network.create(module, bytes, memory);
  try {
    return network.run(input).map((output) => output.slice());
  } finally {
    network.dispose();
  }
}
