import { region } from '../process/environment.ts';
import { deployLocally } from './deploy/deploy.ts';
import { type MiniStackOptions, startMiniStack } from './ministack/ministack.ts';
import { freePort } from './ministack/ports.ts';
import { startProxy } from './ministack/proxy.ts';
import { makeSftpServer } from './ministack/sftp-server.ts';
import { openAccount } from './stack/account.ts';
import type { LocalStack } from './stack/stack-file.ts';

export interface CloudOptions extends MiniStackOptions {
  /** The port of the API. `port` is that of the other services. @default - a free one */
  readonly apiPort?: number;
  readonly context?: Readonly<Record<string, string>>;
  /** Called with each line that the deployment prints. */
  readonly onLine?: (line: string) => void;
  /** The stack of the last start, whose account and key are used again. */
  readonly last?: LocalStack | undefined;
}

export interface Cloud {
  readonly stack: LocalStack;
  stop(): Promise<void>;
}

/** Starts MiniStack, deploys both stacks to it, serves the API at its own origin, and makes an account with a key. */
export const startCloud = async (options: CloudOptions = {}): Promise<Cloud> => {
  const { onLine, context, last, signal, onStep } = options;
  const apiPort = options.apiPort ?? (await freePort());
  const apiUrl = `http://127.0.0.1:${apiPort}`;

  const ministack = await startMiniStack(options);
  const { endpoint } = ministack;
  try {
    onStep?.(`Deploying to ${endpoint}`);
    const outputs = await deployLocally({
      endpoint,
      onLine,
      signal,
      context: { publicUrl: apiUrl, ...(options.sftpPort !== undefined && { sftp: 'true' }), ...context },
    });
    await ministack.persist();
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
