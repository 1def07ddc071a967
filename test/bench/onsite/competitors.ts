import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { transformSync } from 'esbuild';
import { run } from '../../../lib/process/run.ts';

const require = createRequire(import.meta.url);
const segment = join(dirname(require.resolve('@segment/analytics-next/package.json')), 'dist/umd');

/** A file of Segment's script, as its CDN serves it. */
export const segmentFile = (name: string): string => readFileSync(join(segment, name), 'utf8');

/** The last release of Umami on npm; its whole application would be a heavy dependency. */
const UMAMI = 'umami@2.10.0';

/** Umami's tracker, built as Umami builds it: without dependencies, minified. Undefined where the registry is away. */
export const umamiTracker = async (): Promise<string | undefined> => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-umami-'));
  const shell = (command: string, ...args: string[]) => run({ command, args, cwd: folder, env: process.env });
  try {
    await shell('npm', 'pack', UMAMI, '--silent');
    await shell('tar', 'xzf', `${UMAMI.replace('@', '-')}.tgz`, 'package/src/tracker/index.js');
    const source = readFileSync(join(folder, 'package/src/tracker/index.js'), 'utf8');
    return transformSync(source.replace('__COLLECT_API_HOST__', '').replace('__COLLECT_API_ENDPOINT__', '/api/send'), {
      minify: true,
      target: 'es2020',
    }).code;
  } catch (error) {
    console.error(`${UMAMI} is left out: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
};
