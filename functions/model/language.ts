import * as v from 'valibot';

export const Language = v.picklist(['en', 'de']);
export type Language = v.InferOutput<typeof Language>;

/** The preferred supported language of an `Accept-Language` header (RFC 9110, 12.5.4). English if there is none. */
export const languageOf = (header: string): Language => {
  const languages = header.split(',').flatMap((part): { language: Language; weight: number }[] => {
    const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const weight = Number(parameters.find((one) => one.startsWith('q='))?.slice(2) ?? 1);
    const language = v.safeParse(Language, tag.split('-')[0]);
    return language.success && weight > 0 ? [{ language: language.output, weight }] : [];
  });
  return languages.toSorted((a, b) => b.weight - a.weight)[0]?.language ?? 'en';
};
