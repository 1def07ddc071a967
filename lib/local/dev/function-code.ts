import { buffer } from 'node:stream/consumers';
import { LambdaClient, paginateListFunctions, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { ZipFile } from 'yazl';
import { clientConfig } from '../../process/environment.ts';

/** Updates the code of the functions of these services, without CloudFormation. */
export const updateFunctions = async (
  endpoint: string,
  zipByService: ReadonlyMap<string, Uint8Array>,
): Promise<void> => {
  const client = new LambdaClient(clientConfig(endpoint));
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    const updates = Functions.map(async ({ FunctionName, Description = '' }) => {
      const ZipFile = zipByService.get(serviceIn(Description));
      if (ZipFile) await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    });
    await Promise.all(updates);
  }
};

/** `events` of `events: http`, a description that `service-function.ts` writes. */
const serviceIn = (description: string): string => description.replace(/: .*/, '');

/** Zips files by name, as Lambda expects them. Prefers speed to size. */
export const zipFiles = async (files: Iterable<readonly [name: string, text: string]>): Promise<Buffer> => {
  const zip = new ZipFile();
  for (const [name, text] of files) zip.addBuffer(Buffer.from(text), name, { compressionLevel: 1 });
  zip.end();
  return buffer(zip.outputStream);
};
