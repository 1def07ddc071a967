import { CreateServerCommand, ListServersCommand, TransferClient } from '@aws-sdk/client-transfer';
import { clientConfig } from '../../process/environment.ts';

/** Makes what the local cloud's CloudFormation can't: the server of `lib/stacks/sftp-stack.ts`. Roles bind nobody there. */
export const makeSftpServer = async (endpoint: string, port: number) => {
  const client = new TransferClient(clientConfig(endpoint));
  const { Servers: [kept] = [] } = await client.send(new ListServersCommand());
  const { ServerId = '' } =
    kept ??
    (await client.send(
      new CreateServerCommand({ Protocols: ['SFTP'], Domain: 'S3', IdentityProviderType: 'SERVICE_MANAGED' }),
    ));
  return { serverId: ServerId, userRole: 'arn:aws:iam::000000000000:role/sftp-user', host: '127.0.0.1', port };
};
