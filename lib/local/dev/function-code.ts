import { buffer } from 'node:stream/consumers';
import { LambdaClient, paginateListFunctions, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { ZipFile } from 'yazl';
import { clientConfig } from '../../process/environment.ts';

/** Gives their new code, zipped, to the functions of these domains, past CloudFormation. */
export const sendZips = async (endpoint: string, zips: ReadonlyMap<string, Uint8Array>): Promise<void> => {
  const client = new LambdaClient(clientConfig(endpoint));
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    const sent = Functions.map(async ({ FunctionName, Description = '' }) => {
      const ZipFile = zips.get(domainIn(Description));
      if (ZipFile) await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    });
    await Promise.all(sent);
  }
};

/** `events` of `events: http`, which `domain-function.ts` writes. */
const domainIn = (description: string): string => description.replace(/: .*/, '');

/** Files by their names, as Lambda takes them. Soon rather than small. */
export const zipped = async (files: Iterable<readonly [name: string, text: string]>): Promise<Buffer> => {
  const zip = new ZipFile();
  for (const [name, text] of files) zip.addBuffer(Buffer.from(text), name, { compressionLevel: 1 });
  zip.end();
  return buffer(zip.outputStream);
};
