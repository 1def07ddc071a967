const english = {
  close: 'Close',
  form: 'Form',
  required: 'Please fill in this field.',
  choose: 'Please choose.',
  check: 'Please check this box.',
  email: 'This is not an e-mail address.',
  invalid: 'This is not valid.',
  failed: 'It could not be sent. Please try again.',
  busy: 'One moment …',
  select: 'Please choose',
};

const german: typeof english = {
  close: 'Schließen',
  form: 'Formular',
  required: 'Bitte ausfüllen.',
  choose: 'Bitte auswählen.',
  check: 'Bitte ankreuzen.',
  email: 'Das ist keine E-Mail-Adresse.',
  invalid: 'Das ist nicht gültig.',
  failed: 'Das Senden ist fehlgeschlagen. Bitte noch einmal versuchen.',
  busy: 'Einen Moment …',
  select: 'Bitte auswählen',
};

/** The texts that no definition has, in the language of the page. */
export const texts = (): typeof english => (/^de\b/i.test(document.documentElement.lang) ? german : english);
