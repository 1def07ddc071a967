import {
  button,
  consentField,
  emailField,
  field,
  newsletter,
  options,
  step,
  submitButton,
  success,
  text,
} from './definitions.ts';

/** A picture that the pages of the test shop have. */
export const PICTURE = 'https://www.shop.example/tea.svg';
export const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 500"><rect width="400" height="500" fill="#24523f"/><circle cx="200" cy="230" r="120" fill="#e9dfc8"/><circle cx="200" cy="230" r="92" fill="#b5652b"/><path d="M310 190c60-10 70 80 0 84" fill="none" stroke="#e9dfc8" stroke-width="22"/></svg>`;

const popup = {
  type: 'popup',
  steps: [
    {
      id: 'start',
      columns: [
        { styles: { background_image: { properties: { src: PICTURE } } } },
        ...step(
          'words',
          text('hello', '<h2>10% off your first tea</h2><p>And news from the garden, once a month.</p>'),
          emailField,
          consentField({ required: true }),
          submitButton,
          button('no', 'No, thank you', { type: 'close' }),
        ).columns,
      ],
    },
    success,
  ],
  properties: { side_image_settings: { size: 'medium' } },
  styles: { width: 'large' },
};

const flyout = {
  ...newsletter,
  type: 'flyout',
  location: 'bottom_right',
  teasers: [
    { content: '<b>10% off</b>', display_order: 'before_and_after', teaser_type: 'circle', location: 'bottom_left' },
  ],
};

const tea = options('Green', 'Black', 'Herbal');
const fullScreen = {
  type: 'full_screen',
  steps: [
    step(
      'start',
      text('hello', '<h1>Tell us about your tea</h1><p>So that we write only about what you like.</p>'),
      [field('text', '$first_name', { label: 'First name' }), field('text', '$last_name', { label: 'Last name' })],
      { ...emailField, properties: { ...emailField.properties, placeholder: undefined } },
      { id: 'phone', type: 'phone_number', properties: { label: 'Phone', placeholder: '+49 30 1234567' } },
      field('dropdown', 'country', { label: 'Where do you live?', options: options('Germany', 'France') }),
      {
        ...field('checkboxes', 'teas', { label: 'Which teas do you like?', options: tea }),
        styles: { arrangement: 'horizontal' },
      },
      field('radio_buttons', 'strength', { label: 'How strong?', options: options('Mild', 'Strong') }),
      [
        field('date', 'birthday', { label: 'Birthday', date_format: 'DD.MM.' }),
        { id: 'age', type: 'age_gate', properties: { label: 'Date of birth', date_format: 'YYYY-MM-DD' } },
      ],
      {
        id: 'sms',
        type: 'promotional_sms_checkbox',
        properties: { checkbox_text: 'Also by text message. Message rates may apply. Reply STOP to end.' },
      },
      submitButton,
    ),
    success,
  ],
};

const embed = {
  type: 'embed',
  steps: [
    step('start', text('hello', '<h2>News from the garden</h2>'), [
      emailField,
      { ...submitButton, styles: { width: 'fit' } },
    ]),
    success,
  ],
};

const banner = {
  type: 'banner',
  steps: [
    step('start', [
      text('hello', '<p><b>Free shipping this week.</b> Leave your address for the code.</p>'),
      { ...emailField, properties: { ...emailField.properties, show_label: false } },
      { ...submitButton, styles: { width: 'fit' } },
    ]),
    success,
  ],
};

/** One form of each type. */
export const samples = { popup, flyout, full_screen: fullScreen, embed, banner } as const;
