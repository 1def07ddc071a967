import type { Image } from './definition.ts';

interface Sides {
  readonly left?: number;
  readonly right?: number;
  readonly top?: number;
  readonly bottom?: number;
}

export interface TextStyles {
  readonly font_family?: string;
  readonly font_size?: number;
  readonly font_weight?: number;
  readonly text_color?: string;
  readonly character_spacing?: number;
  readonly font_style?: string;
  readonly text_decoration?: string;
  readonly line_spacing?: number;
  readonly alignment?: string;
  readonly margin?: Sides;
}

export interface BackgroundImage {
  readonly styles?: {
    readonly horizontal_alignment?: string;
    readonly vertical_alignment?: string;
    readonly position?: 'contain' | 'cover' | 'custom';
    readonly width?: number;
    readonly custom_width?: number;
  };
  readonly properties: Image;
}

export interface DropShadow {
  readonly enabled?: boolean;
  readonly blur?: number;
  readonly color?: string;
  readonly x_offset?: number;
  readonly y_offset?: number;
}

export interface CloseButtonStyles {
  readonly background_color?: string;
  readonly outline_color?: string;
  readonly color?: string;
  readonly stroke?: number;
  readonly size?: number;
  readonly margin?: Sides;
  readonly position?: 'left' | 'right';
}

export interface ColumnStyles {
  readonly background_image?: BackgroundImage;
  readonly background_color?: string;
}

export interface TeaserStyles extends ColumnStyles {
  readonly drop_shadow?: DropShadow;
  readonly corner_radius?: number;
  readonly close_button?: CloseButtonStyles;
  readonly margin?: Sides;
}

export interface VersionStyles extends ColumnStyles {
  readonly border_styles?: {
    readonly radius?: number;
    readonly color?: string;
    readonly style?: string;
    readonly thickness?: number;
  };
  readonly close_button?: CloseButtonStyles;
  readonly margin?: Sides;
  readonly padding?: Sides;
  readonly minimum_height?: number;
  readonly width?: 'custom' | 'full' | 'large' | 'medium' | 'small';
  readonly custom_width?: number;
  readonly drop_shadow?: DropShadow;
  readonly overlay_color?: string;
  readonly mobile_overlay?: { readonly color?: string; readonly enabled?: boolean };
  readonly input_styles?: {
    readonly text_styles?: TextStyles;
    readonly label_color?: string;
    readonly text_color?: string;
    readonly placeholder_color?: string;
    readonly background_color?: string;
    readonly border_color?: string;
    readonly border_focus_color?: string;
    readonly focus_outline_color?: string;
    readonly corner_radius?: number;
    readonly field_height?: number;
  };
  readonly rich_text_styles?: Readonly<Record<string, TextStyles & { color?: string; decoration?: string }>>;
  readonly banner_styles?: {
    readonly desktop_position?: 'bottom' | 'top';
    readonly mobile_position?: 'bottom' | 'top';
    readonly scroll_with_page?: boolean;
  };
}
