import { expect } from 'vitest';

interface App {
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  readonly post: (path: string, body: object) => Promise<{ status: number; body: any }>;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  readonly get: (path: string) => Promise<{ status: number; body: any }>;
}

export const JOBS = '/api/export-jobs';

export const exporting = (kind: string, format = 'csv') => ({
  data: { type: 'export-job', attributes: { kind, format } },
});

/** Starts an export and returns its id. */
export const startExport = async (app: App, kind: string, format?: string): Promise<string> => {
  const { status, body } = await app.post(JOBS, exporting(kind, format));
  expect(status).toBe(202);
  return body.data.id;
};

export const exportOf = async (app: App, id: string) => (await app.get(`${JOBS}/${id}`)).body.data.attributes;

export const download = async (url: string): Promise<string> => {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await answer.arrayBuffer());
};

/** The files of an export, as text. */
export const filesOf = async (app: App, id: string): Promise<string[]> => {
  const { files, ...job } = await exportOf(app, id);
  expect(job).toMatchObject({ status: 'complete' });
  const texts: string[] = [];
  for (const { download_url } of files) texts.push(await download(download_url));
  return texts;
};
