/** The errors of a device. WebGPU throws none: an invalid command is ignored, and an event reports it later. */
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

  /** The instance of a device. */
  static of(device: GPUDevice): DeviceHealth {
    let health = all.get(device);
    if (!health) {
      health = new DeviceHealth(device);
      all.set(device, health);
    }
    return health;
  }

  /** How many errors the device has reported. */
  get errors(): number {
    return this.#errors;
  }

  /** The last error if there are more than `errors`, or that the device was lost; `undefined` if there is no problem. */
  problemSince(errors: number): string | undefined {
    if (this.#lost !== undefined) return `the device was lost (${this.#lost})`;
    return this.#errors > errors ? this.#last : undefined;
  }

  /** Resolves when the device has validated everything that was submitted so far; it may not have computed it yet. */
  async settled(): Promise<void> {
    this.#device.pushErrorScope('validation');
    await this.#device.popErrorScope();
  }
}

const all = new WeakMap<GPUDevice, DeviceHealth>();
