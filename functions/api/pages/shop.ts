import { createHash } from 'node:crypto';
import { findAccount } from '../../domains/accounts/actions.ts';
import type { Context } from '../../domains/accounts/context.ts';
import { wordings } from '../../domains/consent/opt-in/store.ts';
import type { Evidence } from '../../domains/consent/records/consent.ts';
import { textsByLanguage } from '../../domains/consent/texts/by-language.ts';
import { fillPlaceholders, TEXTS_VERSION, type Texts } from '../../domains/consent/texts/texts.ts';
import type { Account } from '../../model/account.ts';
import { type Language, languageOf } from '../../model/language.ts';
import { readSignals } from '../../model/signals.ts';
import { ApiError } from '../../platform/errors.ts';
import { create } from '../../platform/table/write.ts';

/** The account of a page, with the language and texts for its visitor. */
export interface Shop {
  readonly account: Account;
  readonly context: Context;
  readonly language: Language;
  readonly texts: Texts;
  /** Replaces the placeholders of a text by the names of the shop and of a list. */
  readonly fill: (text: string, list?: string) => string;
}

export interface Access {
  /** Shows the page even if the deployment hides its pages: mails with links to it may exist. @default false */
  readonly isAlwaysShown?: boolean;
}

export const openShop = async (id: string, context: Context, { isAlwaysShown = false }: Access = {}): Promise<Shop> => {
  const isShown = isAlwaysShown || !context.settings.hidesPages;
  const account = isShown && /^[A-Za-z0-9]{6}$/.test(id) ? await findAccount(id, context) : undefined;
  if (!account) throw new ApiError('not_found', { detail: 'This page does not exist.' });
  const language = account.pageLanguage ?? languageOf(context.languages);
  return {
    account,
    context: { ...context, account: id, accountSettings: account, caller: { kind: 'public' } },
    language,
    texts: textsByLanguage[language],
    fill: fillPlaceholders(account.name),
  };
};

/** Evidence of what the page showed: the consent text, and the hash of the whole wording. Stores the wording by its hash. */
export const recordWording = async (
  { account, context, language }: Shop,
  {
    consent,
    ...around
  }: { readonly title: string; readonly lead: string; readonly consent: string; readonly button: string },
): Promise<Pick<Evidence, 'wording' | 'wordingVersion' | 'wordingHash' | 'ip' | 'userAgent' | 'signals'>> => {
  const text = [around.title, around.lead, consent, `[${around.button}]`].join('\n');
  const hash = createHash('sha256').update(text).digest('base64url');
  const version = `${language}-${TEXTS_VERSION}${account.pageConsent === undefined ? '' : '-own'}`;
  await context.table.write(
    create(wordings, { account: account.id, hash, text, version, at: context.now().toISOString() }),
  );
  const { ip, userAgent } = context;
  const signals = readSignals(undefined, context);
  return {
    wording: consent,
    wordingVersion: version,
    wordingHash: hash,
    ...(ip && { ip }),
    ...(userAgent && { userAgent }),
    ...(signals && { signals }),
  };
};
