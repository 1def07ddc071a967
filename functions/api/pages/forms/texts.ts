import type { FieldReason } from '../../../domains/forms/submissions/field-problems.ts';
import type { Language } from '../../../model/language.ts';

interface FormTexts {
  readonly sent: { readonly title: string; readonly lead: string };
  readonly check: string;
  readonly choose: string;
  readonly next: string;
  /** What is wrong with a field. */
  readonly wrong: Readonly<Record<FieldReason, string>>;
}

export const formTexts: Readonly<Record<Language, FormTexts>> = {
  en: {
    sent: { title: 'Thank you', lead: 'We have received what you entered.' },
    check: 'Please check the marked fields.',
    choose: 'Please choose',
    next: 'Continue',
    wrong: {
      required: 'This field is required.',
      email: 'This is not an e-mail address. It looks like ada@example.com.',
      phone_number: 'This is not a phone number. It looks like +44 20 7946 0958.',
      no_address: 'Please enter an e-mail address or a phone number.',
      too_long: 'Please enter at most {max} characters.',
      date: 'This is not a date in the form {format}.',
      future_birth: 'The date of birth is in the future.',
      too_young: 'You have to be at least {age} years old.',
      several_options: 'Please choose one option only.',
      unknown_option: 'Please choose one of the options.',
    },
  },
  de: {
    sent: { title: 'Danke', lead: 'Wir haben deine Angaben erhalten.' },
    check: 'Bitte prüfe die markierten Felder.',
    choose: 'Bitte wählen',
    next: 'Weiter',
    wrong: {
      required: 'Bitte fülle dieses Feld aus.',
      email: 'Das ist keine E-Mail-Adresse. Sie sieht aus wie ada@example.com.',
      phone_number: 'Das ist keine Telefonnummer. Sie sieht aus wie +49 30 901820.',
      no_address: 'Bitte gib eine E-Mail-Adresse oder eine Telefonnummer ein.',
      too_long: 'Bitte gib höchstens {max} Zeichen ein.',
      date: 'Das ist kein Datum der Form {format}.',
      future_birth: 'Das Geburtsdatum liegt in der Zukunft.',
      too_young: 'Du musst mindestens {age} Jahre alt sein.',
      several_options: 'Bitte wähle nur eine Möglichkeit.',
      unknown_option: 'Bitte wähle eine der Möglichkeiten.',
    },
  },
};
