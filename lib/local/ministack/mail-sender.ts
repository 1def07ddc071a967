import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { clientConfig } from '../../process/environment.ts';

/** The sender of the local cloud's mails. */
export const localSender = 'shop@example.com';

/** Verifies the sender: like SES, the local cloud sends only from verified addresses. */
export const verifySender = async (endpoint: string): Promise<void> => {
  const client = new SESv2Client(clientConfig(endpoint));
  await client.send(new CreateEmailIdentityCommand({ EmailIdentity: localSender }));
};
