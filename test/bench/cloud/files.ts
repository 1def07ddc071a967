import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join, relative } from 'node:path';

/** As much of S3 as the importer uses, over a folder: `/<bucket>/<key>`. */
export const openFolder = (folder: string) => {
  /** Of what was put; files that lie there besides have one in common. */
  const etags = new Map<string, string>();
  const pathOf = (url: URL): string => join(folder, decodeURIComponent(url.pathname));

  const list = (url: URL, response: ServerResponse): void => {
    const bucket = pathOf(url);
    const prefix = url.searchParams.get('prefix') ?? '';
    const after = url.searchParams.get('start-after') ?? '';
    const under = join(bucket, dirname(`${prefix}x`));
    const names = existsSync(under) ? readdirSync(under, { recursive: true, withFileTypes: true }) : [];
    const keys = names
      .filter((entry) => entry.isFile())
      .map((entry) => relative(bucket, join(entry.parentPath, entry.name)))
      .filter((key) => key.startsWith(prefix) && key > after)
      .sort()
      .slice(0, 1_000);
    response.end(
      `<?xml version="1.0"?><ListBucketResult>${keys.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('')}</ListBucketResult>`,
    );
  };

  const send = (request: IncomingMessage, path: string, response: ServerResponse): void => {
    if (!existsSync(path) || !statSync(path).isFile()) {
      response.writeHead(404).end('<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>');
      return;
    }
    const { size } = statSync(path);
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(from ?? 0);
    const end = to ? Math.min(Number(to), size - 1) : size - 1;
    response.setHeader('etag', `"${etags.get(path) ?? 'file'}"`);
    response.setHeader('content-length', Math.max(0, end - start + 1));
    if (from !== undefined) response.setHeader('content-range', `bytes ${start}-${end}/${size}`);
    response.writeHead(from === undefined ? 200 : 206);
    if (request.method === 'HEAD' || size === 0) response.end();
    else createReadStream(path, { start, end, highWaterMark: 1024 * 1024 }).pipe(response);
  };

  return (request: IncomingMessage, body: Buffer, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://sink');
    const path = pathOf(url);
    switch (request.method) {
      case 'PUT': {
        const original = request.headers['x-amz-copy-source'];
        const isCopy = typeof original === 'string';
        const content = isCopy ? readFileSync(join(folder, decodeURIComponent(original).split('?')[0] ?? '')) : body;
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, content);
        etags.set(path, createHash('md5').update(content).digest('hex'));
        if (isCopy) {
          response.end(`<CopyObjectResult><ETag>"${etags.get(path)}"</ETag></CopyObjectResult>`);
          break;
        }
        response.writeHead(200, { etag: `"${etags.get(path)}"` }).end();
        break;
      }
      case 'DELETE':
        rmSync(path, { force: true });
        response.writeHead(204).end();
        break;
      default:
        if (url.searchParams.has('list-type')) list(url, response);
        else send(request, path, response);
    }
  };
};
