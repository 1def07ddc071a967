import type { Refusal } from '../optin/refusal.ts';
import type { Language } from './language.ts';

/** Changes with every change of what people are shown: the ledger names it. */
export const TEXTS_VERSION = '3';

/** All that pages and mails say. `{shop}` stands for the name of the shop. */
export interface Texts {
  readonly subscribe: Page & {
    readonly email: string;
    readonly consent: string;
    readonly trap: string;
    readonly invalidEmail: string;
    /** While the browser does its work, and where it can't. */
    readonly working: string;
    readonly needsScript: string;
    readonly tooMany: string;
    readonly refused: Readonly<Record<Refusal, string>>;
  };
  readonly checkMail: Page;
  readonly confirm: Page & { readonly consent: string };
  readonly confirmed: Page;
  readonly used: Page;
  readonly subscribed: Page;
  readonly expired: Page;
  readonly invalid: Page;
  readonly preferences: Page & {
    readonly channels: string;
    readonly lists: string;
    readonly data: string;
    /** Where the browser says Global Privacy Control. */
    readonly spite: string;
    readonly all: string;
    readonly topics: Readonly<Record<string, string>>;
  };
  readonly saved: Page;
  readonly unsubscribe: Page & { readonly fromList: string };
  readonly unsubscribed: Page & { readonly preferences: string };
  readonly declined: Page;
  readonly unknown: Page;
  readonly mail: {
    readonly subject: string;
    readonly lead: string;
    readonly button: string;
    readonly ignore: string;
    readonly decline: string;
  };
}

interface Page {
  readonly title: string;
  readonly lead: string;
  readonly button?: string;
}

const en: Texts = {
  subscribe: {
    title: 'Subscribe to news from {shop}',
    lead: 'Enter your e-mail address.',
    button: 'Subscribe',
    email: 'E-mail address',
    consent:
      'I agree that {shop} sends me marketing e-mails. I can withdraw this at any time by the link in every e-mail.',
    trap: 'Leave this field empty',
    invalidEmail: 'This is not an e-mail address. It looks like ada@example.com.',
    working: 'One moment: we check that you are not a program.',
    needsScript: 'This page needs JavaScript, to tell people from programs. Please switch it on.',
    tooMany: 'Too many confirmations were asked for just now. Please try again in an hour.',
    refused: {
      disposable: 'We do not take addresses of throw-away mailboxes. Please enter another one.',
      takes_no_mail: 'No mail arrives at this address. Please look what comes after the @.',
      challenge_missing: 'We could not check that you are not a program. Please try again, with JavaScript on.',
      challenge_wrong: 'We could not check that you are not a program. Please try again.',
      challenge_expired: 'This page was open for too long. Please try again.',
      challenge_used: 'This was sent before. If you want to subscribe once more, please try again.',
    },
  },
  checkMail: {
    title: 'Check your mailbox',
    lead: 'If the address is right, we have sent you an e-mail. Open the link in it to confirm your subscription. Nothing is subscribed until then.',
  },
  confirm: {
    title: 'Confirm your subscription',
    lead: 'One more step: say yes here.',
    button: 'Yes, subscribe me',
    consent:
      'I agree that {shop} sends me marketing e-mails. I can withdraw this at any time by the link in every e-mail.',
  },
  confirmed: { title: 'You are subscribed', lead: 'Thank you. Your subscription to {shop} is confirmed.' },
  used: { title: 'This was confirmed before', lead: 'The link was used already, and changes nothing any more.' },
  subscribed: { title: 'You are subscribed', lead: 'Thank you. You are subscribed to {shop}.' },
  expired: {
    title: 'This link has expired',
    lead: 'Links of confirmation hold for 72 hours. Subscribe again, and we send you a new one.',
  },
  invalid: {
    title: 'This link does not work',
    lead: 'It may be cut off, and changed nothing. Open it from the e-mail again, or copy it whole.',
  },
  preferences: {
    title: 'Your preferences at {shop}',
    lead: 'Choose what you want to receive.',
    button: 'Save',
    channels: 'Channels',
    lists: 'Lists',
    data: 'Your data',
    spite:
      'Your browser asks us not to pass on your data (Global Privacy Control). If you allow it here, {shop} may do so in spite of that.',
    all: 'Unsubscribe from everything',
    topics: {
      'email#marketing': 'News by e-mail',
      'email#open_tracking': 'Statistics on whether I open e-mails',
      'email#click_tracking': 'Statistics on which links in e-mails I follow',
      'sms#marketing': 'News by SMS',
      'sms#transactional': 'Messages on my orders by SMS',
      'whatsapp#marketing': 'News by WhatsApp',
      'whatsapp#transactional': 'Messages on my orders by WhatsApp',
      'whatsapp#conversational': 'Conversations by WhatsApp',
      'push#marketing': 'News by push message',
      'sharing#advertising': 'My data may be passed on to others, for their advertising',
    },
  },
  saved: { title: 'Your preferences are saved', lead: 'They hold from now on.' },
  unsubscribe: {
    title: 'Unsubscribe from {shop}',
    lead: 'Do you want no more marketing e-mails from {shop}?',
    button: 'Unsubscribe',
    fromList: 'Only from this list',
  },
  unsubscribed: {
    title: 'You are unsubscribed',
    lead: 'You get no more of these messages from {shop}.',
    preferences: 'Manage your preferences',
  },
  declined: { title: 'Nothing was subscribed', lead: 'We do not ask this address again for 90 days.' },
  unknown: {
    title: 'This link leads nowhere any more',
    lead: 'We no longer know whose it was, and changed nothing. To unsubscribe, use the link in a newer e-mail from {shop}.',
  },
  mail: {
    subject: 'Please confirm your subscription to {shop}',
    lead: 'Somebody, probably you, entered this address to get news from {shop}. Confirm it by this link, within 72 hours:',
    button: 'Confirm the subscription',
    ignore: 'If it was not you, do nothing: nothing is subscribed then.',
    decline: 'Unsubscribe, and do not ask me again for 90 days:',
  },
};

const de: Texts = {
  subscribe: {
    title: 'Neuigkeiten von {shop} abonnieren',
    lead: 'Gib deine E-Mail-Adresse ein.',
    button: 'Abonnieren',
    email: 'E-Mail-Adresse',
    consent:
      'Ich willige ein, dass {shop} mir Werbung per E-Mail schickt. Das kann ich jederzeit über den Link in jeder E-Mail widerrufen.',
    trap: 'Lass dieses Feld leer',
    invalidEmail: 'Das ist keine E-Mail-Adresse. Sie sieht aus wie ada@example.com.',
    working: 'Einen Moment: Wir prüfen, dass du kein Programm bist.',
    needsScript: 'Diese Seite braucht JavaScript, um Menschen von Programmen zu unterscheiden. Bitte schalte es ein.',
    tooMany: 'Gerade wurden zu viele Bestätigungen angefordert. Bitte versuche es in einer Stunde noch einmal.',
    refused: {
      disposable: 'Adressen von Wegwerf-Postfächern nehmen wir nicht. Bitte gib eine andere ein.',
      takes_no_mail: 'An dieser Adresse kommt keine E-Mail an. Bitte prüfe, was nach dem @ steht.',
      challenge_missing:
        'Wir konnten nicht prüfen, dass du kein Programm bist. Bitte versuche es noch einmal, mit JavaScript.',
      challenge_wrong: 'Wir konnten nicht prüfen, dass du kein Programm bist. Bitte versuche es noch einmal.',
      challenge_expired: 'Diese Seite war zu lange offen. Bitte versuche es noch einmal.',
      challenge_used: 'Das wurde schon gesendet. Wenn du noch einmal abonnieren möchtest, versuche es bitte erneut.',
    },
  },
  checkMail: {
    title: 'Sieh in dein Postfach',
    lead: 'Wenn die Adresse stimmt, haben wir dir eine E-Mail geschickt. Öffne den Link darin, um dein Abonnement zu bestätigen. Bis dahin ist nichts abonniert.',
  },
  confirm: {
    title: 'Bestätige dein Abonnement',
    lead: 'Noch ein Schritt: Sag hier Ja.',
    button: 'Ja, abonnieren',
    consent:
      'Ich willige ein, dass {shop} mir Werbung per E-Mail schickt. Das kann ich jederzeit über den Link in jeder E-Mail widerrufen.',
  },
  confirmed: { title: 'Abonnement bestätigt', lead: 'Danke. Dein Abonnement bei {shop} ist bestätigt.' },
  used: { title: 'Schon bestätigt', lead: 'Der Link wurde schon benutzt und ändert nichts mehr.' },
  subscribed: { title: 'Abonniert', lead: 'Danke. Du hast {shop} abonniert.' },
  expired: {
    title: 'Dieser Link ist abgelaufen',
    lead: 'Links zur Bestätigung gelten 72 Stunden. Abonniere noch einmal, dann schicken wir dir einen neuen.',
  },
  invalid: {
    title: 'Dieser Link geht nicht',
    lead: 'Vielleicht ist er abgeschnitten; geändert hat er nichts. Öffne ihn noch einmal aus der E-Mail, oder kopiere ihn ganz.',
  },
  preferences: {
    title: 'Deine Einstellungen bei {shop}',
    lead: 'Wähle, was du bekommen möchtest.',
    button: 'Speichern',
    channels: 'Kanäle',
    lists: 'Listen',
    data: 'Deine Daten',
    spite:
      'Dein Browser bittet uns, deine Daten nicht weiterzugeben (Global Privacy Control). Wenn du es hier erlaubst, darf {shop} es trotzdem.',
    all: 'Alles abbestellen',
    topics: {
      'email#marketing': 'Neuigkeiten per E-Mail',
      'email#open_tracking': 'Statistik darüber, ob ich E-Mails öffne',
      'email#click_tracking': 'Statistik darüber, welchen Links in E-Mails ich folge',
      'sms#marketing': 'Neuigkeiten per SMS',
      'sms#transactional': 'Nachrichten zu Bestellungen per SMS',
      'whatsapp#marketing': 'Neuigkeiten per WhatsApp',
      'whatsapp#transactional': 'Nachrichten zu Bestellungen per WhatsApp',
      'whatsapp#conversational': 'Gespräche per WhatsApp',
      'push#marketing': 'Neuigkeiten per Push-Nachricht',
      'sharing#advertising': 'Meine Daten dürfen an andere weitergegeben werden, für deren Werbung',
    },
  },
  saved: { title: 'Einstellungen gespeichert', lead: 'Sie gelten ab jetzt.' },
  unsubscribe: {
    title: '{shop} abbestellen',
    lead: 'Möchtest du keine Werbung von {shop} per E-Mail mehr?',
    button: 'Abbestellen',
    fromList: 'Nur diese Liste',
  },
  unsubscribed: {
    title: 'Abbestellt',
    lead: 'Du bekommst solche Nachrichten von {shop} nicht mehr.',
    preferences: 'Einstellungen ändern',
  },
  declined: { title: 'Nichts wurde abonniert', lead: 'Wir fragen diese Adresse 90 Tage lang nicht noch einmal.' },
  unknown: {
    title: 'Dieser Link führt nirgends mehr hin',
    lead: 'Wir wissen nicht mehr, wem er gehörte, und haben nichts geändert. Zum Abbestellen nimm den Link in einer neueren E-Mail von {shop}.',
  },
  mail: {
    subject: 'Bitte bestätige dein Abonnement bei {shop}',
    lead: 'Jemand, wahrscheinlich du, hat diese Adresse eingegeben, um Neuigkeiten von {shop} zu bekommen. Bestätige das innerhalb von 72 Stunden über diesen Link:',
    button: 'Abonnement bestätigen',
    ignore: 'Wenn du es nicht warst, tu nichts: Dann wird nichts abonniert.',
    decline: 'Abbestellen und 90 Tage lang nicht noch einmal fragen:',
  },
};

export const textsIn: Readonly<Record<Language, Texts>> = { en, de };

export const naming =
  (shop: string) =>
  (text: string): string =>
    text.replaceAll('{shop}', () => shop);
