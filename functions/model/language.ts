import * as v from 'valibot';

export const Language = v.picklist(['en', 'de']);
export type Language = v.InferOutput<typeof Language>;

/** The first of ours that a browser asks for, by its weights (RFC 9110, 12.5.4); English otherwise. */
export const languageOf = (header: string): Language => {
  const asked = header.split(',').flatMap((part): { language: Language; weight: number }[] => {
    const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const weight = Number(parameters.find((one) => one.startsWith('q='))?.slice(2) ?? 1);
    const language = v.safeParse(Language, tag.split('-')[0]);
    return language.success && weight > 0 ? [{ language: language.output, weight }] : [];
  });
  return asked.toSorted((a, b) => b.weight - a.weight)[0]?.language ?? 'en';
};
