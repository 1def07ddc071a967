import * as v from 'valibot';
import { Text } from '../../../platform/validation/text.ts';
import { formTypes } from '../definition/version.ts';

export const FormName = v.pipe(
  Text,
  v.trim(),
  v.nonEmpty('The name of the form is empty.'),
  v.maxLength(255, 'The name of a form has at most 255 characters.'),
);

/** A form. What it shows is in its versions: at most one draft and one live version. */
export const Form = v.object({
  account: v.string(),
  id: v.string(),
  name: v.string(),
  created: v.string(),
  updated: v.string(),
  /** The id of the version that can be edited. */
  draft: v.optional(v.string()),
  /** The id of the version that visitors see. */
  live: v.optional(v.string()),
  /** The ids of all versions that were ever published, oldest first. */
  published: v.array(v.string()),
});
export type Form = v.InferOutput<typeof Form>;

export const FormVersion = v.object({
  account: v.string(),
  id: v.string(),
  formId: v.string(),
  formType: v.picklist(formTypes),
  name: v.optional(v.string()),
  /** `ended`: it was live. Only drafts change. */
  status: v.picklist(['draft', 'live', 'ended']),
  created: v.string(),
  updated: v.string(),
  publishedAt: v.optional(v.string()),
  endedAt: v.optional(v.string()),
  /** The size of its content. */
  bytes: v.number(),
});
export type FormVersion = v.InferOutput<typeof FormVersion>;
