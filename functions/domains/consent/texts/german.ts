import type { Texts } from './texts.ts';

export const de: Texts = {
  subscribe: {
    title: 'Neuigkeiten von {shop} abonnieren',
    lead: 'Gib deine E-Mail-Adresse ein.',
    button: 'Abonnieren',
    list: {
      title: '{list} abonnieren',
      lead: 'Gib deine E-Mail-Adresse ein, um {list} von {shop} zu bekommen.',
    },
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
    lead: 'Noch ein Schritt: Drücke den Knopf, dann ist es abonniert.',
    button: 'Ja, abonnieren',
    consent:
      'Ich willige ein, dass {shop} mir Werbung per E-Mail schickt. Das kann ich jederzeit über den Link in jeder E-Mail widerrufen.',
  },
  confirmed: { title: 'Abonnement bestätigt', lead: 'Danke. Dein Abonnement bei {shop} ist bestätigt.' },
  used: { title: 'Schon bestätigt', lead: 'Der Link wurde schon benutzt und ändert nichts mehr.' },
  subscribed: { title: 'Abonniert', lead: 'Danke. Du hast {shop} abonniert.' },
  subscribedToList: { title: 'Abonniert', lead: 'Danke. Du hast {list} von {shop} abonniert.' },
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
    gpcNotice:
      'Dein Browser bittet uns, deine Daten nicht weiterzugeben (Global Privacy Control). Wenn du es hier erlaubst, darf {shop} es trotzdem.',
    all: 'Alles abbestellen',
    listsPaused: 'Von diesen kommt nichts, solange Neuigkeiten per E-Mail ausgeschaltet sind.',
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
    lead: 'Der Knopf unten beendet alle Werbung von {shop} per E-Mail. Solange du ihn nicht drückst, ändert sich nichts.',
    button: 'Abbestellen',
    fromList: 'Nur diese Liste',
  },
  unsubscribed: {
    title: 'Abbestellt',
    lead: 'Du bekommst keine Werbung von {shop} per E-Mail mehr.',
    preferences: 'Einstellungen ändern',
  },
  leftList: {
    title: 'Diese Liste ist abbestellt',
    lead: 'Du bekommst keine E-Mails von {list} mehr. Andere E-Mails von {shop} kommen weiter.',
  },
  declined: { title: 'Nichts wurde abonniert', lead: 'Wir fragen diese Adresse 90 Tage lang nicht noch einmal.' },
  unknown: {
    title: 'Dieser Link führt nirgends mehr hin',
    lead: 'Wir wissen nicht mehr, wem er gehörte, und haben nichts geändert. Zum Abbestellen nimm den Link in einer neueren E-Mail von {shop}.',
  },
  failed: {
    notFound: {
      title: 'Diese Seite gibt es nicht',
      lead: 'Vielleicht ist die Adresse abgeschnitten oder vertippt. Öffne sie noch einmal aus der E-Mail oder dem Shop.',
    },
    unreadable: {
      title: 'Das hat nicht geklappt',
      lead: 'Wir konnten nicht lesen, was gesendet wurde, und haben nichts geändert. Bitte geh zurück und versuche es noch einmal.',
    },
    tooLarge: {
      title: 'Das hat nicht geklappt',
      lead: 'Es wurde mehr gesendet, als wir annehmen. Geändert hat sich nichts.',
    },
    tooMany: {
      title: 'Einen Moment, bitte',
      lead: 'Gerade sind viele Leute hier. Geändert hat sich nichts. Bitte versuche es in einer Minute noch einmal.',
    },
    busy: {
      title: 'Einen Moment, bitte',
      lead: 'Das ging gerade nicht. Bitte versuche es in einer Minute noch einmal.',
    },
    broken: {
      title: 'Etwas ist schiefgegangen',
      lead: 'Das liegt an uns und nicht an dir. Bitte versuche es später noch einmal.',
    },
  },
  mail: {
    subject: 'Bitte bestätige dein Abonnement bei {shop}',
    lead: 'Jemand, wahrscheinlich du, hat diese Adresse eingegeben, um Neuigkeiten von {shop} zu bekommen. Bestätige das innerhalb von 72 Stunden über diesen Link:',
    button: 'Abonnement bestätigen',
    ignore: 'Wenn du es nicht warst, tu nichts: Dann wird nichts abonniert.',
    decline: 'Abbestellen und 90 Tage lang nicht noch einmal fragen:',
  },
};
