import { SESv2Client, type SESv2ClientConfig, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { timeouts } from '../timeouts.ts';
import type { Mail, Sender } from './mail.ts';

export const openSes = ({ from, configurationSet }: Sender, config: SESv2ClientConfig = {}): Mail => {
  const client = new SESv2Client({ maxAttempts: 4, requestHandler: timeouts, ...config });
  return {
    async send({ account, to, subject, text, html, unsubscribeUrl }) {
      const { MessageId = '' } = await client.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: [to] },
          ...(configurationSet && { ConfigurationSetName: configurationSet }),
          EmailTags: [{ Name: 'account', Value: account }],
          Content: {
            Simple: {
              Subject: utf8(subject),
              Body: { Text: utf8(text), Html: utf8(html) },
              ...(unsubscribeUrl !== undefined && { Headers: oneClickHeaders(unsubscribeUrl) }),
            },
          },
        }),
      );
      return MessageId;
    },
  };
};

const oneClickHeaders = (url: string) => [
  { Name: 'List-Unsubscribe', Value: `<${url}>` },
  { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
];

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
