import type { SESv2ClientConfig } from '@aws-sdk/client-sesv2';

export interface Message {
  /** The account that the mail is sent for. SES returns it in notices about the mail. */
  readonly account: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** One POST to this URL unsubscribes (RFC 8058). Absent in mails to the owner. */
  readonly unsubscribeUrl?: string;
}

/** Sends mail from the deployment's sender address. */
export interface Mail {
  /** Returns SES's id of the mail. */
  send(message: Message): Promise<string>;
}

export interface Sender {
  /** `name@domain`, of an identity that SES has verified. */
  readonly from: string;
  readonly configurationSet?: string | undefined;
}

/** Loads the SES client with the first mail. */
export const openMail = (sender: Sender, config?: SESv2ClientConfig): Mail => {
  let opened: Promise<Mail> | undefined;
  return {
    async send(message) {
      opened ??= import('./ses.ts').then(({ openSes }) => openSes(sender, config));
      return (await opened).send(message);
    },
  };
};
