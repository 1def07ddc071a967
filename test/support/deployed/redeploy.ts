import { inject } from 'vitest';
import { openBundler } from '../../../lib/local/dev/bundler.ts';
import { updateFunctions, zipFiles } from '../../../lib/local/dev/function-code.ts';

/** Deploys the functions of a service anew. They start again, and read the settings of accounts again. */
export const redeploy = async (service: string): Promise<void> => {
  const bundler = openBundler();
  const { files } = await bundler.bundle(service);
  await bundler.dispose();
  await updateFunctions(inject('stack').awsEndpoint, new Map([[service, await zipFiles(files)]]));
};
