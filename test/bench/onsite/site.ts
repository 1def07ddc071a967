import { once } from 'node:events';
import { createServer } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { loaderSettings } from '../../../functions/api/onsite/config.ts';
import type { Config } from '../../../functions/browser/shared/config.ts';
import { buildScripts } from '../../../lib/onsite/build-scripts.ts';
import { segmentFile, umamiTracker } from './competitors.ts';

/** The texts of the scripts that a page loads at first, by the name of the script. */
const scripts = async (): Promise<Readonly<Record<string, string>>> => {
  const umami = await umamiTracker();
  return {
    tributary: loaderOf('tributary'),
    'tributary-tracker': trackerOf('tributary'),
    segment: segmentFile('standalone.js'),
    ...(umami !== undefined && { umami }),
  };
};

const ours = ['tributary', 'consented', 'known'];
const { loader, tracker } = buildScripts();
/**
 * `tributary` as an account is at first: nobody has decided. With consent and with backfill, `consented` is an anonymous
 * visitor, and `known` one who has identified before.
 */
const configOf = (name: string): Config => ({
  company: 'ABC123',
  path: `/${name}.js`,
  consent: name === 'tributary' ? 'required' : 'assumed',
  tracking: true,
  backfill: name !== 'tributary',
  httpCookie: false,
});
const trackerOf = (name: string): string => `window.__tributary=${JSON.stringify(configOf(name))};\n${tracker.text}`;
const loaderOf = (name: string): string => {
  const path = `${name}.js?company_id=ABC123&v=0123456789abcdef`;
  const settings = loaderSettings(configOf(name), { tracker: path, alias: undefined });
  return `window.__tb=${JSON.stringify(settings)};\n${loader.text}`;
};

/** A page of some length, so that a script competes with something. */
const text = '<p>A shoe, comfortable and light, in seven colors.</p>'.repeat(400);
const pageOf = (tag: string): string =>
  `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,">${tag}</head><body>${text}</body></html>`;

const tags: Readonly<Record<string, string>> = {
  none: '',
  tributary: '<script async src="/tributary.js?company_id=ABC123"></script>',
  consented: '<script async src="/consented.js?company_id=ABC123"></script>',
  known: `<script>document.cookie = '__tb_id=${btoa(JSON.stringify({ cid: '0'.repeat(32), $exchange_id: 'x'.repeat(200) }))}'</script><script async src="/known.js?company_id=ABC123"></script>`,
  segment:
    '<script>analytics=[["page"]];analytics._writeKey="KEY";analytics._cdn=location.origin</script><script async src="/segment.js"></script>',
  umami: '<script defer src="/umami.js" data-website-id="1"></script>',
};

const segmentSettings = (host: string): object => ({
  integrations: { 'Segment.io': { apiKey: 'KEY', apiHost: `${host}/v1`, protocol: 'http', unbundledIntegrations: [] } },
  plan: { track: { __default: { enabled: true, integrations: {} } } },
});

/** One page for each script, and one without, on one server that compresses as each of the vendors does. */
export const serveSite = async () => {
  const texts = await scripts();
  const fileOf = ({ pathname, searchParams, host }: URL): readonly [string, string] => {
    const name = pathname.slice(1);
    if (name in tags) return ['text/html', pageOf(tags[name] ?? '')];
    const script = texts[name.replace(/\.js$/, '')];
    if (ours.some((one) => name === `${one}.js`))
      return ['text/javascript', (searchParams.has('v') ? trackerOf : loaderOf)(name.slice(0, -3))];
    if (script) return ['text/javascript', script];
    if (name.endsWith('/settings')) return ['application/json', JSON.stringify(segmentSettings(host))];
    if (name.endsWith('.js')) return ['text/javascript', segmentFile(name.split('/').at(-1) ?? '')];
    return ['application/json', '{}'];
  };
  // Compressed once, or the server would be measured.
  const compressed = new Map<string, Buffer>();
  const compress = (body: string): Buffer => {
    const known = compressed.get(body) ?? brotliCompressSync(body);
    compressed.set(body, known);
    return known;
  };
  const server = createServer((request, response) => {
    const [type, body] = fileOf(new URL(request.url ?? '/', `http://${request.headers.host}`));
    request.resume();
    response.writeHead(200, { 'content-type': type, 'content-encoding': 'br' }).end(compress(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    /** Pages with a script. */
    pages: Object.keys(tags).filter((name) => name in texts || ours.includes(name)),
    sizes: Object.entries(texts).map(([name, script]) => ({
      name,
      raw: Buffer.byteLength(script),
      gzip: gzipSync(script, { level: 9 }).length,
      brotli: brotliCompressSync(script).length,
    })),
    stop: (): void => {
      server.closeAllConnections();
      server.close();
    },
  };
};
