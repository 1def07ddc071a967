const INTEGRATION_ID = /^([A-Za-z0-9]{6})-([0-9A-HJKMNP-TV-Z]{26})$/;

/** The id of a new integration. It names its account, so that a delivery is found without a search. */
export const newIntegrationId = ({ account, newId }: { readonly account: string; newId(): string }): string =>
  `${account}-${newId()}`;

/** The account in the id of an integration. Undefined if it is no such id. */
export const accountOfIntegration = (id: string): string | undefined => INTEGRATION_ID.exec(id)?.[1];
