import { spawn } from 'node:child_process';
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConvertOptions } from '@elsewhere/node';
import { AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_YUVJ422P, AVCOL_TRC_SMPTE2084 } from 'node-av/constants';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { makeVideo } from '../../../node/test/media/make.js';
import { newDirectory } from './command.js';

/** Runs conversions, given as JSON, one after the other, and prints nothing itself. */
const SCRIPT = `
import { convert } from ${JSON.stringify(import.meta.resolve('@elsewhere/node'))};
for (const [input, output, options] of JSON.parse(process.argv[2])) await convert(input, output, options);
`;

type Conversion = readonly [input: string, output: string, options: ConvertOptions];

/** Runs conversions in a process of its own, so that output of native code is captured as well. */
function converted(conversions: readonly Conversion[]): Promise<unknown> {
  const script = join(newDirectory(), 'convert.mjs');
  writeFileSync(script, SCRIPT);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, JSON.stringify(conversions)]);
    const printed = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        printed[stream] += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...printed }));
  });
}

test('no codec prints to standard output or error, for all inputs and outputs', async () => {
  const directory = newDirectory();
  const at = (name: string) => join(directory, name);
  const picture = 'testsrc2=size=160x96:rate=25:duration=0.4';
  const audio = [{ source: 'sine=duration=0.4' }];
  const talk = makeVideo(at('talk.mp4'), { picture, audio });
  const truncated = makeVideo(at('truncated.mkv'), {
    picture: 'testsrc2=size=160x96:rate=25:duration=2',
    audio,
  });
  truncateSync(truncated, Math.round(readFileSync(truncated).length * 0.5));
  const damaged = makeVideo(at('damaged.mkv'), { picture: 'testsrc2=size=160x96:rate=25:duration=2' });
  const bytes = readFileSync(damaged);
  bytes.fill(0, Math.round(bytes.length * 0.4), Math.round(bytes.length * 0.5));
  writeFileSync(damaged, bytes);
  await sharp({ create: { width: 64, height: 64, channels: 3, background: '#888' } }).toFile(at('me.png'));
  const ten = { format: AV_PIX_FMT_YUV420P10LE, picture };
  const inputs = [
    makeVideo(at('late.ts'), { picture, audio: [{ source: 'sine=duration=0.4', encoder: 'libmp3lame' }] }),
    makeVideo(at('vp9.webm'), { picture, encoder: 'libvpx-vp9', options: { deadline: 'realtime' } }),
    makeVideo(at('hdr.mp4'), { ...ten, encoder: 'libx265', tags: { transfer: AVCOL_TRC_SMPTE2084 } }),
    makeVideo(at('old.avi'), { picture, encoder: 'mjpeg', format: AV_PIX_FMT_YUVJ422P }),
    truncated,
    damaged,
  ];
  const blue = { background: { type: 'color', color: '#1e90ff' }, quality: 'lowest' } as const;
  const transparent = { background: { type: 'transparent' }, quality: 'lowest' } as const;
  const conversions: Conversion[] = [
    ...inputs.map((input, index): Conversion => [input, at(`read-${index}.mp4`), blue]),
    [talk, at('h264.mov'), blue],
    [talk, at('hevc.mp4'), { ...blue, codec: 'hevc' }],
    [talk, at('ffv1.mkv'), { ...blue, codec: 'ffv1' }],
    [talk, at('vp9.webm.webm'), blue],
    [talk, at('av1.webm'), { ...blue, codec: 'av1' }],
    [talk, at('vp8-alpha.webm'), { ...transparent, codec: 'vp8' }],
    [talk, at('vp9-alpha.webm'), transparent],
    [talk, at('prores.mov'), transparent],
    [talk, at('raw.y4m'), blue],
    [talk, at('again.avi'), blue],
    [at('me.png'), at('still.jpg'), blue],
    [at('me.png'), at('still.webp'), transparent],
  ];
  expect(await converted(conversions)).toEqual({ code: 0, stdout: '', stderr: '' });
  for (const [, output] of conversions) expect(existsSync(output), output).toBe(true);
});
