import { ApiKeySession, CatalogsApi } from 'klaviyo-api';
import { expect, onTestFinished, test } from 'vitest';
import { driveJobs } from '../../../support/catalog/catalog-jobs.ts';
import { startRedrive } from '../../../support/redrive.ts';
import { serve } from '../../exports/served.ts';

/** The client, unmodified, and the jobs that it starts. */
const start = async () => {
  const world = await startRedrive();
  const send: Parameters<typeof serve>[0]['send'] = (method, path, body, headers) =>
    method === 'GET' ? world.get(path, headers) : world.post(path, body, headers);
  const server = await serve({ key: world.key, send });
  onTestFinished(() => {
    server.close();
  });
  const api = new CatalogsApi(new ApiKeySession(server.key));
  api.basePath = server.url;
  return { world, api };
};

test("Klaviyo's client drives all jobs of the catalog", async () => {
  const { world, api } = await start();
  const included = await driveJobs(api, '', async (find) => {
    expect((await find()).body.data.attributes).toMatchObject({ status: 'queued', completedCount: 0 });
    await world.drain();
  });
  expect(included).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0]);
});
