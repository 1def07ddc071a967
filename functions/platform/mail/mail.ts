import type { SESv2ClientConfig } from '@aws-sdk/client-sesv2';

export interface Message {
  /** The account that it is sent for: SES gives it back in what it tells of the mail. */
  readonly account: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Where one POST without a question ends such mails (RFC 8058). */
  readonly unsubscribeUrl: string;
}

/** Sends mail from the deployment's one address. */
export interface Mail {
  /** Answers the id that the mail has with the service. */
  send(message: Message): Promise<string>;
}

export interface Sender {
  /** `name@domain`, of an identity that SES has verified. */
  readonly from: string;
  readonly configurationSet?: string | undefined;
}

/** Its client is loaded with the first mail. */
export const openMail = (sender: Sender, config?: SESv2ClientConfig): Mail => {
  let opened: Promise<Mail> | undefined;
  return {
    async send(message) {
      opened ??= import('./ses.ts').then(({ openSes }) => openSes(sender, config));
      return (await opened).send(message);
    },
  };
};
