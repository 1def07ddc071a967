import type { Topic } from '../../consent/records/consent.ts';
import { plainText } from '../definition/html.ts';
import { blocksOf, type StoredField } from '../definition/stored.ts';
import type { ReadValues } from './read-values.ts';
import type { SentStep } from './sent-step.ts';

export interface FormConsent {
  readonly topics: readonly Topic[];
  /** The list that the button names. Only those who consent join it. */
  readonly listId?: string;
  /** What the person saw and agreed to. */
  readonly wording: string;
}

const MAX_WORDING = 2_000;

/**
 * The topics that a submission subscribes to. A checkbox decides for its channels. Without one, the button does: an
 * e-mail address that is sent to a list is subscribed, and a phone number if its field says so.
 */
export const consentOf = (
  sent: SentStep,
  { email, phone_number, checked }: Pick<ReadValues, 'email' | 'phone_number' | 'checked'>,
): FormConsent => {
  const listId = listIdOf(sent);
  const topics: Topic[] = [];
  const wordings: string[] = [];
  if (email !== undefined) {
    const box = find(sent, 'promotional_email_checkbox');
    const isSubscribed = box ? checked.includes(box) : listId !== undefined;
    if (isSubscribed) topics.push({ channel: 'email', type: 'marketing' });
    if (isSubscribed && box) wordings.push(box.properties.checkbox_text);
    if (isSubscribed && !box) wordings.push(shownText(sent));
  }
  if (phone_number !== undefined) {
    const box = find(sent, 'promotional_sms_checkbox');
    if (box && checked.includes(box)) {
      for (const channel of box.properties.channels ?? ['sms']) topics.push({ channel, type: 'marketing' });
      wordings.push(box.properties.checkbox_text);
    }
    const implied = impliedTopics(find(sent, 'phone_number')).filter(({ type }) => !box || type !== 'marketing');
    topics.push(...implied);
    if (implied.length > 0) wordings.push(shownText(sent));
  }
  return {
    topics,
    ...(listId !== undefined && topics.length > 0 && { listId }),
    wording: [...new Set(wordings)].join('\n').slice(0, MAX_WORDING).toWellFormed(),
  };
};

const listIdOf = ({ button: { action } }: SentStep): string | undefined =>
  action && action.type !== 'open_form' ? (action.properties?.list_id ?? undefined) : undefined;

const find = <const Type extends StoredField['type']>({ knownFields }: SentStep, type: Type) =>
  knownFields.find((field): field is Extract<StoredField, { readonly type: Type }> => field.type === type);

const impliedTopics = (field: Extract<StoredField, { readonly type: 'phone_number' }> | undefined): Topic[] => {
  const { sms_consent_type = [], channel_settings } = field?.properties ?? {};
  const types = (channel: 'sms' | 'whatsapp', kinds: readonly (string | null | undefined)[]): Topic[] => [
    ...(kinds.includes('promotional') ? [{ channel, type: 'marketing' as const }] : []),
    ...(kinds.includes('transactional') ? [{ channel, type: 'transactional' as const }] : []),
  ];
  return [
    ...types('sms', [...(sms_consent_type ?? []), channel_settings?.sms?.consent_type]),
    ...types('whatsapp', [channel_settings?.whatsapp?.consent_type]),
  ];
};

/** The texts of a step, and the label of the button. */
const shownText = ({ step, button }: SentStep): string => {
  const texts = blocksOf(step).flatMap((block) => (block.type === 'html_text' ? [plainText(block.tree ?? [])] : []));
  const label = button.type === 'button' ? button.properties.label : (button.properties.image.alt_text ?? '');
  return [...texts, `[${label}]`].filter((text) => text !== '').join('\n');
};
