import type { ColumnStyles, TeaserStyles, TextStyles, VersionStyles } from './styles.ts';

/** Safe markup as data: the server made it from HTML. */
export interface HtmlElement {
  readonly tag: string;
  readonly attrs?: Readonly<Record<string, string>>;
  readonly style?: Readonly<Record<string, string>>;
  readonly children: readonly HtmlNode[];
}
export type HtmlNode = string | HtmlElement;

export type DeviceRule = 'both' | 'desktop' | 'mobile';

export interface Action {
  readonly type: string;
  readonly submit?: boolean;
  readonly properties?: {
    readonly list_id?: string;
    readonly url?: string;
    readonly new_window?: boolean;
    readonly form_id_to_open?: string;
    readonly close_form?: boolean;
  };
}

/** A value that the definition gives to a hidden field. */
interface HiddenField {
  readonly name: string;
  readonly value: string;
}

/** What opens another form sends the fields first, unless it says otherwise. */
export const submits = (action: Action | undefined): boolean => action?.submit ?? action?.type === 'open_form';

export interface Image {
  readonly src?: string;
  readonly alt_text?: string;
}

/** The properties of all kinds of blocks: each kind has some of them. */
interface BlockProperties {
  readonly display_device?: readonly DeviceRule[];
  readonly label?: string;
  readonly show_label?: boolean;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly error_messages?: { readonly required?: string; readonly invalid?: string };
  readonly property_name?: string;
  readonly date_format?: string;
  readonly options?: readonly { readonly label: string; readonly value: string }[];
  readonly checkbox_text?: string;
  readonly additional_fields?: readonly HiddenField[];
  readonly image?: Image;
}

interface Padding {
  readonly left?: number;
  readonly right?: number;
  readonly top?: number;
  readonly bottom?: number;
}

interface BlockStyles {
  readonly padding?: Padding;
  readonly background_color?: string;
  readonly arrangement?: 'horizontal' | 'vertical';
  readonly alignment?: string;
  readonly horizontal_alignment?: string;
  readonly width?: number | 'fill' | 'fit';
  readonly height?: number | 'auto';
  readonly hover_background_color?: string;
  readonly hover_text_color?: string;
  readonly color?: string;
  readonly text_styles?: TextStyles;
  readonly border_styles?: VersionStyles['border_styles'];
  readonly drop_shadow?: VersionStyles['drop_shadow'];
}

export interface Block {
  readonly id: string;
  readonly type: string;
  readonly styles?: BlockStyles;
  readonly properties?: BlockProperties;
  readonly action?: Action;
  readonly tree?: readonly HtmlNode[];
}

export interface Column {
  readonly rows?: readonly { readonly blocks: readonly Block[] }[];
  readonly styles?: ColumnStyles;
}

export interface Step {
  readonly id: string;
  readonly name?: string;
  readonly columns: readonly Column[];
}

export interface Teaser {
  readonly tree?: readonly HtmlNode[];
  readonly display_order?: 'after' | 'before' | 'before_and_after';
  readonly teaser_type?: 'circle' | 'corner' | 'rectangle';
  readonly location?: string;
  readonly size?: 'custom' | 'large' | 'medium' | 'small';
  readonly custom_size?: number;
  readonly styles?: TeaserStyles;
  readonly close_button?: boolean;
  readonly device_type?: DeviceRule;
}

export interface Trigger {
  readonly type: string;
  readonly properties?: {
    readonly seconds?: number;
    readonly percentage?: number;
    readonly pages?: number;
    readonly timeout_days?: number;
    readonly device?: DeviceRule;
    readonly allow_list?: readonly string[];
    readonly deny_list?: readonly string[];
  };
}

export interface Version {
  readonly location?: string;
  readonly steps: readonly Step[];
  readonly triggers?: readonly Trigger[];
  readonly teasers?: readonly Teaser[];
  readonly styles?: VersionStyles;
  readonly properties?: {
    readonly side_image_settings?: {
      readonly size?: 'large' | 'medium' | 'small';
      readonly alignment?: 'left' | 'right';
      readonly device_type?: readonly DeviceRule[];
    };
    readonly click_outside_to_close?: readonly DeviceRule[];
    readonly rule_based_trigger_evaluation?: 'all' | 'any';
    readonly record_utm_params_on_submit?: boolean;
    readonly show_close_button?: boolean;
    readonly accessible_name?: string;
  };
}

/** A live form, as `GET /client/forms` sends it. */
export interface LiveForm {
  readonly id: string;
  readonly version_id: string;
  readonly name?: string;
  /** Whether each submission needs a proof of work. */
  readonly proof_of_work?: boolean;
  readonly type: 'popup' | 'flyout' | 'full_screen' | 'embed' | 'banner';
  readonly definition: Version;
}
