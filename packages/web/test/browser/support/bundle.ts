import { build, type Plugin } from 'esbuild';

/**
 * Bundles scripts for a page: `NAME.ts` becomes `NAME.js`.
 *
 * @param entries - Paths of the scripts by the names that they get.
 * @param outdir - Where they are written.
 * @param options - `format`: `iife` for classic workers, default `esm`; `plugins`, `minify`, `sourcemap`: esbuild's.
 */
export async function bundle(
  entries: Readonly<Record<string, string>>,
  outdir: string,
  options: {
    readonly format?: 'esm' | 'iife';
    readonly plugins?: Plugin[];
    readonly minify?: boolean;
    readonly sourcemap?: false;
  } = {},
): Promise<void> {
  await build({
    entryPoints: { ...entries },
    outdir,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    sourcemap: 'inline',
    logLevel: 'warning',
    // The package's manifest says that importing its scripts has no effects; here they are imported for these alone.
    ignoreAnnotations: true,
    ...options,
  });
}
