/** Values that the page's script gives to hidden fields, by form. They are read when a form is sent. */
export const openHidden = () => {
  const values = new Map<string, Readonly<Record<string, string>>>();
  const get = (formId: string): Readonly<Record<string, string>> => values.get(formId) ?? {};
  return {
    get,
    set: (formId: string, given: object): void => {
      const texts = Object.entries(given).map(([name, value]) => [name, String(value)]);
      values.set(formId, { ...get(formId), ...Object.fromEntries(texts) });
    },
  };
};
