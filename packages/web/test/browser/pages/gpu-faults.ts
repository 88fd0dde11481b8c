import { askForFaults, type Fault, guarded, guardedAsync, strike, type Trap } from './traps.js';

/**
 * Where faults strike in the worker of the GPU, counted from the first frame on: `frame` (is taken to the GPU), `submit`
 * (commands are sent), `buffer` (memory is fetched), `settle` (what the device says of the commands is waited for) and `done`
 * (that all has been computed is waited for).
 */
type Site = 'frame' | 'submit' | 'buffer' | 'settle' | 'done';

/** A fault of the worker of the GPU. */
export type GpuFault = Fault<Site>;

const traps = askForFaults<Site>('/gpu-faults');
let device: GPUDevice | undefined;
let hasBegun = false;

function trapsAt(site: Site): readonly Trap<Site>[] {
  return traps.filter(({ fault }) => fault.at === site);
}

function hit(trap: Trap<string>): void {
  if (trap.fault.does === 'lose') device?.destroy();
  else strike(trap);
}

/** What is compiled before the first frame comes is let pass. */
function onceBegun<F extends (...args: never[]) => unknown>(original: F, trapped: F): F {
  return function (this: unknown, ...args: never[]) {
    return (hasBegun ? trapped : original).apply(this, args);
  } as F;
}

const devices = GPUDevice.prototype;
const { createBuffer, popErrorScope } = devices;
const take = guarded(trapsAt('frame'), devices.importExternalTexture, hit);
devices.importExternalTexture = function (descriptor) {
  hasBegun = true;
  device = this;
  return take.call(this, descriptor);
};
devices.popErrorScope = onceBegun(popErrorScope, guardedAsync(trapsAt('settle'), popErrorScope));
devices.createBuffer = onceBegun(createBuffer, function (this: GPUDevice, descriptor) {
  const isRefused = trapsAt('buffer').some((trap) => trap.strikes());
  // More than there can be.
  return createBuffer.call(this, isRefused ? { ...descriptor, size: Number.MAX_SAFE_INTEGER } : descriptor);
});

const queues = GPUQueue.prototype;
const { submit, onSubmittedWorkDone } = queues;
queues.submit = onceBegun(submit, guarded(trapsAt('submit'), submit, hit));
queues.onSubmittedWorkDone = onceBegun(
  onSubmittedWorkDone,
  guardedAsync(trapsAt('done'), onSubmittedWorkDone),
);
