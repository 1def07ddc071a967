/** Browsers throw where cookies or storage are blocked or full. */
export const attempt = <T>(use: () => T): T | undefined => {
  try {
    return use();
  } catch {
    return undefined;
  }
};

/** Parses JSON, or returns `otherwise`: texts from storage, cookies and links may be anything. */
export const parseJson = <T>(text: string | undefined, otherwise: T): T =>
  attempt((): T => JSON.parse(text ?? '')) ?? otherwise;
