import { beforeAll, expect, it } from 'vitest';
import { CanvasPainter } from '../../src/frame/gpu/canvas.js';
import { ShaderCompiler } from '../../src/gpu/compiler.js';
import { Kernel } from '../../src/gpu/kernel.js';
import { storage } from '../../src/gpu/memory.js';
import { DEFAULT_COLOR_SPACE } from '../../src/index.js';
import { describeOnGpu } from './support/device.js';
import { InstrumentedDevice } from './support/instrumented-device.js';

describeOnGpu('compiling shaders', (bench) => {
  /** A device whose errors do not fail the test. */
  let real: GPUDevice;
  let errors = 0;

  beforeAll(async () => {
    real = await bench.open();
    real.addEventListener('uncapturederror', () => errors++);
  });

  /** A device for which nothing has been compiled. */
  function open() {
    const instrumented = new InstrumentedDevice(real);
    const { device } = instrumented;
    const compiler = ShaderCompiler.of(device);
    const buffers = { 1: storage(device, 16, 'from'), 2: storage(device, 16, 'to') };
    return { instrumented, device, compiler, buffers };
  }

  it('happens once for everybody who shares the device', async () => {
    const { instrumented, device, compiler } = open();
    expect(compiler.compiled()).toBeUndefined();
    for (let i = 0; i < 3; i++) new Kernel(device, 'gpu/copy');
    await compiler.compiled();
    new Kernel(device, 'gpu/copy');
    expect(compiler.compiled()).toBeUndefined();
    expect(instrumented.calls('createComputePipelineAsync')).toBe(1);
    for (const RADIUS of [1, 2]) new Kernel(device, 'gpu/boxes', { entry: 'across', constants: { RADIUS } });
    await compiler.compiled();
    expect(instrumented.calls('createComputePipelineAsync')).toBe(2);
    expect(instrumented.calls('createShaderModule')).toBe(2);
  });

  it('is awaited before a kernel runs', async () => {
    const { device, compiler, buffers } = open();
    const bound = new Kernel(device, 'gpu/copy').bind(buffers);
    const pass = device.createCommandEncoder().beginComputePass();
    expect(() => bound.run(pass, 1)).toThrow("the shader 'gpu/copy' is used before it is compiled");
    await compiler.compiled();
    bound.run(pass, 1);
  });

  it('rejects when the WGSL is invalid, with the name of the shader and the error', async () => {
    const { instrumented, device, compiler, buffers } = open();
    instrumented.intercept('createShaderModule', 0, (go, [like]) =>
      go({ ...(like as object), code: 'no WGSL' }),
    );
    const bound = new Kernel(device, 'gpu/copy').bind(buffers);
    const failed = {
      code: 'GPU_FAILED',
      message: expect.stringMatching(/^The shader 'gpu\/copy' does not compile on this GPU: .*no WGSL/s),
    };
    await expect(compiler.compiled()).rejects.toMatchObject(failed);
    const pass = device.createCommandEncoder().beginComputePass();
    expect(() => bound.run(pass, 1)).toThrow(expect.objectContaining(failed));

    // Others get no error, and the shader is compiled again.
    expect(compiler.compiled()).toBeUndefined();
    new Kernel(device, 'gpu/copy').bind(buffers);
    await compiler.compiled();
    await device.queue.onSubmittedWorkDone();
    expect(errors).toBe(0);
  });

  it('rejects when a canvas cannot be drawn on', async () => {
    const { instrumented, device, compiler } = open();
    instrumented.intercept('createRenderPipelineAsync', 0, (go, [like]) => {
      const { fragment, ...rest } = like as GPURenderPipelineDescriptor;
      return go({ ...rest, fragment: { ...fragment, entryPoint: 'nothing' } });
    });
    new CanvasPainter(device, 'rgba8unorm', DEFAULT_COLOR_SPACE);
    await expect(compiler.compiled()).rejects.toMatchObject({
      code: 'GPU_FAILED',
      message: expect.stringContaining("The shader 'frame/gpu/canvas' does not compile on this GPU: "),
    });
    new CanvasPainter(device, 'rgba8unorm', DEFAULT_COLOR_SPACE);
    await compiler.compiled();
    expect(errors).toBe(0);
  });

  it('raises no unhandled rejection when it fails and is not awaited', async () => {
    const { instrumented, device } = open();
    instrumented.intercept('createComputePipelineAsync', 0, () => Promise.reject(new Error('No more')));
    new Kernel(device, 'gpu/copy'); // an unhandled rejection fails the run
    await device.queue.onSubmittedWorkDone();
  });
});
