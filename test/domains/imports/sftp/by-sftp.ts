import { startImports } from '../start-imports.ts';

export const people = 'Email,First Name\nada@example.com,Ada\nnobody,Eve\n';

/** What EventBridge tells of a file at the SFTP server; `more` stands over it. */
export const told = (bucket: string, key: string, what = 'Upload Completed', more: object = {}): string =>
  JSON.stringify({
    source: 'aws.transfer',
    'detail-type': `SFTP Server File ${what}`,
    detail: { protocol: 'SFTP', username: 'u', 'file-path': `/${bucket}/${key}`, ...more },
  });

export const start = async () => {
  const app = await startImports();
  const key = (path: string) => `sftp/${app.account}/${app.account}_ada/${path}`;
  const tell = async (path: string, what?: string, more?: object) => {
    await app.deliver(told(app.bucket, key(path), what, more));
    await wait();
  };
  /** A job that was made without a mapping waits for one, longer than a test does. */
  const wait = async () => {
    const { body } = await app.get('/api/import-jobs?filter=equals(status,"queued")');
    for (const { id } of body.data)
      await app.deliver(JSON.stringify({ kind: 'import', account: app.account, job: id }));
    await app.drain();
  };
  const result = async (path: string) => {
    const text = await app.report(key(`results/${path}`));
    return text === undefined ? undefined : JSON.parse(text);
  };
  return { ...app, key, tell, wait, result };
};
