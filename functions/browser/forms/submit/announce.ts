export type Announcement = 'open' | 'embedOpen' | 'close' | 'redirectedToUrl' | 'submit' | 'stepSubmit';

interface About {
  readonly formId: string;
  readonly companyId: string;
  readonly metaData: object;
}

/** Tells the page, by the event that Klaviyo's script sends and by the same one of our name. */
export const announce = (type: Announcement, about: About): void => {
  for (const name of ['klaviyoForms', 'tributaryForms'])
    dispatchEvent(new CustomEvent(name, { detail: { type, ...about } }));
};
