/** What has gone wrong on a device. WebGPU throws nothing: a command that is wrong is left out, and an event tells it later. */
export class DeviceHealth {
  readonly #device: GPUDevice;
  #errors = 0;
  #last: string | undefined;
  #lost: string | undefined;

  private constructor(device: GPUDevice) {
    this.#device = device;
    device.addEventListener('uncapturederror', ({ error }) => {
      this.#errors++;
      this.#last = error.message;
    });
    void device.lost.then(({ message, reason }) => {
      this.#lost = message || reason;
    });
  }

  /** The one of a device. */
  static of(device: GPUDevice): DeviceHealth {
    let health = all.get(device);
    if (!health) {
      health = new DeviceHealth(device);
      all.set(device, health);
    }
    return health;
  }

  /** How many errors there have been. */
  get errors(): number {
    return this.#errors;
  }

  /** What is wrong where there are more errors than there were, or where the device is gone; `undefined` if all is well. */
  problemSince(errors: number): string | undefined {
    if (this.#lost !== undefined) return `the device was lost (${this.#lost})`;
    return this.#errors > errors ? this.#last : undefined;
  }

  /** Resolves when the device has looked at everything that was sent so far: errors are known then. It has not computed it. */
  async settled(): Promise<void> {
    this.#device.pushErrorScope('validation');
    await this.#device.popErrorScope();
  }
}

const all = new WeakMap<GPUDevice, DeviceHealth>();
