import { beforeAll, expect, it } from 'vitest';
import { CanvasPainter } from '../../src/frame/gpu/canvas.js';
import { ShaderCompiler } from '../../src/gpu/compiler.js';
import { Kernel } from '../../src/gpu/kernel.js';
import { storage } from '../../src/gpu/memory.js';
import { DEFAULT_COLOR_SPACE } from '../../src/index.js';
import { describeOnGpu } from './support/device.js';
import { WatchedDevice } from './support/watched-device.js';

describeOnGpu('compiling shaders', (bench) => {
  /** One whose errors fail no test. */
  let real: GPUDevice;
  let errors = 0;

  beforeAll(async () => {
    real = await bench.open();
    real.addEventListener('uncapturederror', () => errors++);
  });

  /** A device for which nothing was compiled. */
  function open() {
    const watched = new WatchedDevice(real);
    const { device } = watched;
    const compiler = ShaderCompiler.of(device);
    const buffers = { 1: storage(device, 16, 'from'), 2: storage(device, 16, 'to') };
    return { watched, device, compiler, buffers };
  }

  it('is done once for all who share the device', async () => {
    const { watched, device, compiler } = open();
    expect(compiler.compiled()).toBeUndefined();
    for (let i = 0; i < 3; i++) new Kernel(device, 'gpu/copy');
    await compiler.compiled();
    new Kernel(device, 'gpu/copy');
    expect(compiler.compiled()).toBeUndefined();
    expect(watched.calls('createComputePipelineAsync')).toBe(1);
    for (const RADIUS of [1, 2]) new Kernel(device, 'gpu/boxes', { entry: 'across', constants: { RADIUS } });
    await compiler.compiled();
    expect(watched.calls('createComputePipelineAsync')).toBe(2);
    expect(watched.calls('createShaderModule')).toBe(2);
  });

  it('is waited for: a kernel does not run before', async () => {
    const { device, compiler, buffers } = open();
    const bound = new Kernel(device, 'gpu/copy').bind(buffers);
    const pass = device.createCommandEncoder().beginComputePass();
    expect(() => bound.run(pass, 1)).toThrow("the shader 'gpu/copy' is used before it is compiled");
    await compiler.compiled();
    bound.run(pass, 1);
  });

  it('rejects where the WGSL is wrong, with the name of the shader and what is wrong', async () => {
    const { watched, device, compiler, buffers } = open();
    watched.trap('createShaderModule', 0, (go, [like]) => go({ ...(like as object), code: 'no WGSL' }));
    const bound = new Kernel(device, 'gpu/copy').bind(buffers);
    const failed = {
      code: 'GPU_FAILED',
      message: expect.stringMatching(/^The shader 'gpu\/copy' does not compile on this GPU: .*no WGSL/s),
    };
    await expect(compiler.compiled()).rejects.toMatchObject(failed);
    const pass = device.createCommandEncoder().beginComputePass();
    expect(() => bound.run(pass, 1)).toThrow(expect.objectContaining(failed));

    // It leaves no error for others, and the shader is compiled anew.
    expect(compiler.compiled()).toBeUndefined();
    new Kernel(device, 'gpu/copy').bind(buffers);
    await compiler.compiled();
    await device.queue.onSubmittedWorkDone();
    expect(errors).toBe(0);
  });

  it('rejects where a canvas cannot be drawn on', async () => {
    const { watched, device, compiler } = open();
    watched.trap('createRenderPipelineAsync', 0, (go, [like]) => {
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

  it('that fails raises no unhandled rejection where it is not awaited', async () => {
    const { watched, device } = open();
    watched.trap('createComputePipelineAsync', 0, () => Promise.reject(new Error('No more')));
    new Kernel(device, 'gpu/copy'); // an unhandled rejection fails the run
    await device.queue.onSubmittedWorkDone();
  });
});
