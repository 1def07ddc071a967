import { region } from '../process/environment.ts';
import { deployLocally } from './deploy/deploy.ts';
import { type MiniStackOptions, startMiniStack } from './ministack/ministack.ts';
import { freePort } from './ministack/ports.ts';
import { startProxy } from './ministack/proxy.ts';
import { makeSftpServer } from './ministack/sftp-server.ts';
import { openAccount } from './stack/account.ts';
import type { LocalStack } from './stack/stack-file.ts';

export interface CloudOptions extends MiniStackOptions {
  /** Where the API is; `port` is where the rest of the local cloud is. @default - any free one */
  readonly apiPort?: number;
  readonly context?: Readonly<Record<string, string>>;
  /** Called with each line of the deployment. */
  readonly onLine?: (line: string) => void;
  /** What was kept: its account and its key go on. */
  readonly last?: LocalStack | undefined;
}

export interface Cloud {
  readonly stack: LocalStack;
  stop(): Promise<void>;
}

/** The whole of it on this machine: MiniStack, both stacks on it, the API at an origin of its own, an account and a key. */
export const startCloud = async (options: CloudOptions = {}): Promise<Cloud> => {
  const { onLine, context, last, signal, tell } = options;
  const apiPort = options.apiPort ?? (await freePort());
  const apiUrl = `http://127.0.0.1:${apiPort}`;

  const ministack = await startMiniStack(options);
  const { endpoint } = ministack;
  try {
    tell?.(`Deploying to ${endpoint}`);
    const outputs = await deployLocally({
      endpoint,
      onLine,
      signal,
      context: { publicUrl: apiUrl, ...(options.sftpPort !== undefined && { sftp: 'true' }), ...context },
    });
    await ministack.keep();
    const proxy = await startProxy({ port: apiPort, api: outputs.ApiUrl, endpoint });
    const sftp = options.sftpPort === undefined ? undefined : await makeSftpServer(endpoint, options.sftpPort);
    const access = await openAccount(endpoint, outputs, last);
    const { ImportsBucket: importsBucket, TableName: tableName } = outputs;
    return {
      stack: { apiUrl, ...access, importsBucket, tableName, awsEndpoint: endpoint, region, ...(sftp && { sftp }) },
      async stop() {
        await proxy.stop();
        await ministack.stop();
      },
    };
  } catch (error) {
    await ministack.stop();
    throw error;
  }
};
