import type { Append } from '../loader/append.ts';
import type { Config } from '../shared/config.ts';

type Open = (formId: string) => void;

/** Loads the script of the forms where the account has any, and passes `openForm` on to it. */
export const openForms = ({ forms }: Config, append: Append) => {
  let register: (open: Open) => void = () => undefined;
  const opener = new Promise<Open>((resolve) => {
    register = resolve;
  });
  const load = (): void => {
    if (forms) append(forms.path.slice(1), { crossOrigin: 'anonymous', integrity: forms.integrity });
  };
  return {
    load: (): void => {
      if (document.readyState === 'complete') load();
      else addEventListener('load', load);
    },
    open: async (formId: string): Promise<void> => (await opener)(formId),
    register,
  };
};
