import { createChallenge } from '../../../domains/consent/opt-in/challenge.ts';
import { blocksOf, isField, type StoredBlock, type StoredStep } from '../../../domains/forms/definition/stored.ts';
import { fieldNameOf } from '../../../domains/forms/definition/structure.ts';
import type { ShownVersion } from '../../../domains/forms/live.ts';
import { type Html, html } from '../../../platform/html.ts';
import type { Reply } from '../../../platform/http/route.ts';
import { page } from '../layout.ts';
import { solvingScript } from '../script.ts';
import type { Shop } from '../shop.ts';
import { FIELD, fieldOf } from './field.ts';
import { markupOf } from './markup.ts';
import { formTexts } from './texts.ts';

type PageValues = Readonly<Record<string, readonly string[]>>;

export interface StepState {
  readonly step: StoredStep;
  /** What was entered, by field; values of earlier steps are carried along. */
  readonly values: PageValues;
  readonly submissionId: string;
  readonly token?: string | undefined;
  readonly errors?: ReadonlyMap<string, string>;
  /** An error that belongs to no field. */
  readonly error?: string;
  readonly status?: 400 | 429;
}

/** A step of a form as a page that works without a script. */
export const stepPage = async (shop: Shop, shown: ShownVersion, state: StepState): Promise<Reply> => {
  const { step, values, submissionId, token, errors = new Map<string, string>(), error, status } = state;
  const { texts, language, account, context } = shop;
  const { choose, check } = formTexts[language];
  const blocks = blocksOf(step);
  const names = blocks.filter(isField).map((field) => fieldNameOf(field) ?? '');
  const isSent = blocks.some((block) => block.type === 'button' && isPosted(block));
  const needsProofOfWork = isSent && (account.proofOfWork ?? 'off') !== 'off';
  const work = needsProofOfWork ? JSON.stringify(await createChallenge(context)) : undefined;
  const carried = Object.entries(values).filter(([name]) => !names.includes(name));
  const summary = error ?? (errors.size > 0 ? check : undefined);
  const parts = blocks.map((block): Html | undefined =>
    isField(block)
      ? fieldOf(block, {
          values: values[fieldNameOf(block) ?? ''] ?? [],
          error: errors.get(fieldNameOf(block) ?? ''),
          choose,
        })
      : partOf(block, shop),
  );
  const hidden = [
    ['step', step.id],
    ['version', shown.version],
    ['submission_id', submissionId],
    ...(token === undefined ? [] : [['token', token]]),
    ...carried.flatMap(([name, all]) => all.map((value) => [FIELD + name, value])),
  ].map(([name = '', value = '']) => html`<input type="hidden" name="${name}" value="${value}">`);
  const { trap, working, needsScript } = texts.subscribe;
  const body = html`${summary !== undefined && html`<p class="wrong" role="alert">${summary}</p>`}${parts.filter((part) => part !== undefined)}`;
  const content = isSent
    ? html`<form method="post"${work !== undefined && html` data-challenge="${work}"`}>${hidden}${body}
<p class="trap" aria-hidden="true"><label for="website">${trap}</label> <input id="website" name="website" tabindex="-1" autocomplete="off"></p>
${work !== undefined && html`<input type="hidden" name="altcha"><p role="status"><span id="working" hidden>${working}</span></p><p id="unscripted" class="wrong">${needsScript}</p>`}
</form>`
    : body;
  const title = shown.content.properties?.accessible_name || shown.form.name;
  const hasError = errors.size > 0 || error !== undefined;
  return page(
    shop,
    { title, content, ...(work !== undefined && { script: solvingScript }) },
    status ?? (hasError ? 400 : 200),
  );
};

/** Buttons that need the server: they send the fields, or lead to the next step. */
const isPosted = ({ action }: Extract<StoredBlock, { readonly type: 'button' }>): boolean =>
  action !== undefined && (action.type === 'next_step' || action.submit === true);

const partOf = (block: StoredBlock, { account }: Shop): Html | undefined => {
  if (block.type === 'html_text') return html`${markupOf(block.tree ?? [])}`;
  if (block.type !== 'button') return undefined;
  const { label } = block.properties;
  const { action } = block;
  if (isPosted(block)) return html`<p><button name="button" value="${block.id}">${label}</button></p>`;
  if (action?.type === 'redirect') return html`<p class="next"><a href="${action.properties.url}">${label}</a></p>`;
  if (action?.type === 'open_form')
    return html`<p class="next"><a href="/pages/forms/${account.id}/${action.properties.form_id_to_open}">${label}</a></p>`;
  // There is nothing to close on a page of its own.
  return undefined;
};
