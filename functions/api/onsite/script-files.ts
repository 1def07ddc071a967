import type { Context } from '../../domains/accounts/context.ts';
import { openCache } from '../../platform/cache.ts';
import { replyIfChanged } from '../../platform/http/response/if-changed.ts';
import { type Reply, reply } from '../../platform/http/route.ts';

/**
 * `loader` is what pages load at first; it loads `tracker` when that is needed. `standalone` is the tracker for tags that
 * name its integrity.
 */
export type ScriptName = 'loader' | 'tracker' | 'standalone' | 'forms';

/** A script as the build made it. */
export interface ScriptFile {
  readonly text: string;
  /** A hash of the text. */
  readonly version: string;
  /** For the attribute `integrity` of a script tag. */
  readonly integrity: string;
}

export type ScriptFiles = Readonly<Record<ScriptName, ScriptFile>>;

/** Loads the scripts that the build bundled. They are not part of the code that starts. */
export const loadScripts = async (): Promise<ScriptFiles> => (await import('onsite-scripts')).scripts;

type Encoding = 'br' | 'gzip';

/** The best compression that a browser accepts. `q=0` refuses one. */
export const encodingFor = (acceptEncoding: string): Encoding | undefined => {
  const accepted = acceptEncoding
    .toLowerCase()
    .split(',')
    .map((one) => one.split(';').map((part) => part.trim()))
    .filter(([, quality]) => !/^q=0(\.0*)?$/.test(quality ?? ''))
    .map(([name]) => name);
  return (['br', 'gzip'] as const).find((one) => accepted.includes(one));
};

interface ServedScript {
  readonly text: string;
  /** Identifies the text. */
  readonly etag: string;
  readonly cacheControl: string;
}

/** Sends a script, compressed as the browser accepts it, or 304 if the browser has it. */
export const serveScript = async (
  { text, etag, cacheControl }: ServedScript,
  { acceptEncoding, ifNoneMatch, now }: Pick<Context, 'acceptEncoding' | 'ifNoneMatch' | 'now'>,
): Promise<Reply> => {
  const cacheable = {
    // A weak tag, since the compressions have different bytes.
    etag: `W/"${etag}"`,
    headers: {
      'cache-control': cacheControl,
      vary: 'Accept-Encoding',
      // Pages that are isolated from other origins may load it too.
      'cross-origin-resource-policy': 'cross-origin',
    },
  };
  return replyIfChanged({ ifNoneMatch }, cacheable, async (cached) => {
    const encoding = encodingFor(acceptEncoding);
    const headers = { ...cached, 'content-type': 'text/javascript; charset=utf-8' };
    if (encoding === undefined) return reply(text, { headers });
    const compressed = await compressions.get(`${encoding} ${etag}`, now(), async () => compress(text, encoding));
    return reply(compressed, { headers: { ...headers, 'content-encoding': encoding } });
  });
};

/** The same for many requests: a process compresses each text once. */
const compressions = openCache<Buffer>({ ttlMs: 3_600_000, maxEntries: 200 });

const compress = (text: string, encoding: Encoding): Buffer => {
  const { brotliCompressSync, constants, gzipSync } = process.getBuiltinModule('node:zlib');
  return encoding === 'br'
    ? brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } })
    : gzipSync(text, { level: constants.Z_BEST_COMPRESSION });
};
