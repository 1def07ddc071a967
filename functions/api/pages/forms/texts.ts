import type { Language } from '../../../model/language.ts';

interface FormTexts {
  readonly sent: { readonly title: string; readonly lead: string };
  readonly check: string;
  readonly choose: string;
  readonly next: string;
}

export const formTexts: Readonly<Record<Language, FormTexts>> = {
  en: {
    sent: { title: 'Thank you', lead: 'We have received what you entered.' },
    check: 'Please check the marked fields.',
    choose: 'Please choose',
    next: 'Continue',
  },
  de: {
    sent: { title: 'Danke', lead: 'Wir haben deine Angaben erhalten.' },
    check: 'Bitte prüfe die markierten Felder.',
    choose: 'Bitte wählen',
    next: 'Weiter',
  },
};
