import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { clientConfig } from '../../process/environment.ts';

/** The address that the local cloud's mails come from. */
export const localSender = 'shop@example.com';

/** The local cloud, as SES does, sends from no address that isn't verified. */
export const verifySender = async (endpoint: string): Promise<void> => {
  const client = new SESv2Client(clientConfig(endpoint));
  await client.send(new CreateEmailIdentityCommand({ EmailIdentity: localSender }));
};
