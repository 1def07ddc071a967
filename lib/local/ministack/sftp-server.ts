import { CreateServerCommand, ListServersCommand, TransferClient } from '@aws-sdk/client-transfer';
import { clientConfig } from '../../process/environment.ts';

/**
 * Makes the server of `lib/stacks/sftp-stack.ts`, which the local cloud's CloudFormation cannot make. The local cloud
 * enforces no roles.
 */
export const makeSftpServer = async (endpoint: string, port: number) => {
  const client = new TransferClient(clientConfig(endpoint));
  const { Servers: [existing] = [] } = await client.send(new ListServersCommand());
  const { ServerId = '' } =
    existing ??
    (await client.send(
      new CreateServerCommand({ Protocols: ['SFTP'], Domain: 'S3', IdentityProviderType: 'SERVICE_MANAGED' }),
    ));
  return { serverId: ServerId, userRole: 'arn:aws:iam::000000000000:role/sftp-user', host: '127.0.0.1', port };
};
