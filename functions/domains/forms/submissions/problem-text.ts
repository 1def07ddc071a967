import { type Language, languageOf } from '../../../model/language.ts';
import { ApiError, type Problem } from '../../../platform/errors.ts';
import { textsByLanguage } from '../../consent/texts/by-language.ts';
import { type FieldReason, fillIn } from './field-problems.ts';

/** What is wrong with a field. */
const wrong: Readonly<Record<Language, Readonly<Record<FieldReason, string>>>> = {
  en: {
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
  de: {
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
};

/** What is wrong with a submission, for its visitor. What has no text of ours, such as a message of the form, stays. */
export const problemText = ({ detail, meta }: Problem, language: Language): string => {
  const texts = { ...textsByLanguage[language].subscribe.refused, ...wrong[language] };
  const text = Object.entries(texts).find(([reason]) => reason === meta?.reason)?.[1];
  return text === undefined ? detail : fillIn(text, meta ?? {});
};

/** The same error in the language of a page, as its `lang` says it. */
export const localizeError = (error: ApiError, lang: string): ApiError =>
  new ApiError(
    error.code,
    error.problems.map((problem) => ({ ...problem, detail: problemText(problem, languageOf(lang)) })),
    error.headers,
  );
