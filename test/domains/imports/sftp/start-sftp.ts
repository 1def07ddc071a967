import { startImports } from '../start-imports.ts';

export const people = 'Email,First Name\nada@example.com,Ada\nnobody,Eve\n';

/** What EventBridge sends about a file on the SFTP server; `more` overrides its detail. */
export const transferEvent = (bucket: string, key: string, state = 'Upload Completed', more: object = {}): string =>
  JSON.stringify({
    source: 'aws.transfer',
    'detail-type': `SFTP Server File ${state}`,
    detail: { protocol: 'SFTP', username: 'u', 'file-path': `/${bucket}/${key}`, ...more },
  });

export const start = async () => {
  const app = await startImports();
  const key = (path: string) => `sftp/${app.account}/${app.account}_ada/${path}`;
  const announce = async (path: string, state?: string, more?: object) => {
    await app.deliver(transferEvent(app.bucket, key(path), state, more));
    await workQueued();
  };
  /** Delivers the messages of queued jobs: a job without a mapping waits for one, longer than a test does. */
  const workQueued = async () => {
    const { body } = await app.get('/api/import-jobs?filter=equals(status,"queued")');
    for (const { id } of body.data)
      await app.deliver(JSON.stringify({ kind: 'import', account: app.account, job: id }));
    await app.drain();
  };
  const result = async (path: string) => {
    const text = await app.report(key(`results/${path}`));
    return text === undefined ? undefined : JSON.parse(text);
  };
  return { ...app, key, announce, workQueued, result };
};
