/** Parses JSON, or returns `otherwise`: texts from storage, cookies and links may be anything. */
export const parseJson = <T>(text: string | null | undefined, otherwise: T): T => {
  try {
    return JSON.parse(text ?? '') ?? otherwise;
  } catch {
    return otherwise;
  }
};
