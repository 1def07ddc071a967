import * as v from 'valibot';
import { Color, FontFamily, integer, pixels, text, WebUrl } from './values.ts';

const nullish = v.nullish;
const color = nullish(Color);
const size = nullish(pixels);
const horizontal = nullish(v.picklist(['center', 'left', 'right']));

export const alignment = horizontal;

const Sides = v.object({ left: size, right: size, top: size, bottom: size });
export const padding = nullish(Sides);
export const margin = nullish(Sides);

const weight = nullish(v.picklist([100, 200, 300, 400, 500, 600, 700, 800, 900]));
const fontStyle = nullish(v.picklist(['normal', 'italic', 'oblique']));
const decoration = nullish(v.picklist(['none', 'underline', 'line-through', 'overline']));
const spacing = nullish(integer(-20, 100));

const textEntries = {
  font_family: nullish(FontFamily),
  font_size: nullish(integer(1, 200)),
  font_weight: weight,
  text_color: color,
  character_spacing: spacing,
  font_style: fontStyle,
  text_decoration: decoration,
};

export const textStyles = nullish(v.object(textEntries));

const richText = nullish(
  v.object({
    ...textEntries,
    line_spacing: nullish(v.pipe(v.number(), v.minValue(0.5), v.maxValue(10))),
    alignment: horizontal,
    margin,
  }),
);

export const borderStyles = nullish(
  v.object({
    radius: size,
    color,
    style: nullish(v.picklist(['dashed', 'dotted', 'solid'])),
    thickness: size,
  }),
);

export const dropShadow = nullish(
  v.object({
    enabled: nullish(v.boolean()),
    blur: size,
    color,
    x_offset: nullish(integer(-200, 200)),
    y_offset: nullish(integer(-200, 200)),
  }),
);

/** An image by its address: there is no store of images. */
export const ImageAsset = v.object({
  src: nullish(WebUrl),
  alt_text: nullish(text(500)),
  original_image_url: nullish(WebUrl),
  id: nullish(integer(0, Number.MAX_SAFE_INTEGER)),
  asset_id: nullish(integer(0, Number.MAX_SAFE_INTEGER)),
});

export const backgroundImage = nullish(
  v.object({
    styles: nullish(
      v.object({
        horizontal_alignment: horizontal,
        vertical_alignment: nullish(v.picklist(['bottom', 'center', 'top'])),
        position: nullish(v.picklist(['contain', 'cover', 'custom'])),
        width: size,
        custom_width: size,
      }),
    ),
    properties: ImageAsset,
  }),
);

export const closeButtonStyles = nullish(
  v.object({
    background_color: color,
    outline_color: color,
    color,
    stroke: nullish(v.pipe(v.number(), v.minValue(0), v.maxValue(20))),
    size: nullish(integer(8, 100)),
    margin,
    position: nullish(v.picklist(['left', 'right'])),
  }),
);

const inputStyles = nullish(
  v.object({
    text_styles: textStyles,
    label_color: color,
    text_color: color,
    placeholder_color: color,
    background_color: color,
    border_color: color,
    border_focus_color: color,
    focus_outline_color: color,
    corner_radius: size,
    field_height: nullish(integer(16, 200)),
  }),
);

const customCss = nullish(
  v.pipe(
    v.object({ enabled: nullish(v.boolean()), css: nullish(v.string()) }),
    v.check(
      ({ enabled, css }) => !enabled && !css,
      'Custom CSS is not supported: it could change the rest of the page. Use the other styles, and leave it out.',
    ),
  ),
);

export const VersionStyles = v.object({
  wrap_content: nullish(v.boolean()),
  border_styles: borderStyles,
  close_button: closeButtonStyles,
  margin,
  padding,
  minimum_height: size,
  width: nullish(v.picklist(['custom', 'full', 'large', 'medium', 'small'])),
  custom_width: size,
  background_image: backgroundImage,
  background_color: color,
  input_styles: inputStyles,
  drop_shadow: dropShadow,
  overlay_color: color,
  rich_text_styles: nullish(
    v.object({
      body: richText,
      link: nullish(v.object({ color, decoration: nullish(v.picklist(['none', 'underline'])) })),
      h1: richText,
      h2: richText,
      h3: richText,
      h4: richText,
      h5: richText,
      h6: richText,
    }),
  ),
  mobile_overlay: nullish(v.object({ color, enabled: nullish(v.boolean()) })),
  banner_styles: nullish(
    v.object({
      desktop_position: nullish(v.picklist(['bottom', 'top'])),
      mobile_position: nullish(v.picklist(['bottom', 'top'])),
      scroll_with_page: nullish(v.boolean()),
    }),
  ),
  custom_css: customCss,
});

export const blockStyles = { padding, background_color: color };
export const colorStyle = color;
